const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");

const config = new pulumi.Config();
const provider = new docker.Provider("host", { host: "unix:///var/run/docker.sock" });
const image = new docker.RemoteImage("image", { name: config.require("image"), keepLocally: true }, { provider });
const network = new docker.Network("network", {}, { provider });
const container = new docker.Container(
  "web",
  {
    image: image.imageId,
    command: ["sleep", "600"],
    labels: [{ label: "generation", value: config.get("generation") ?? "1" }],
    networksAdvanced: [{ name: network.name, aliases: ["web"] }],
    networkMode: "bridge",
    memory: 32,
    memorySwap: 32,
    restart: "no",
    mustRun: true,
    destroyGraceSeconds: 1,
    healthcheck: { tests: ["CMD", "true"], interval: "1m0s", timeout: "2s", retries: 1, startPeriod: "0s" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    logDriver: "json-file",
    logOpts: { "max-size": "1m", "max-file": "2" },
    ...JSON.parse(config.get("extra") ?? "{}"),
  },
  { provider, deleteBeforeReplace: false },
);
exports.name = container.name;
exports.network = network.name;
