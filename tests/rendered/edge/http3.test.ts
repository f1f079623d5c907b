/** Requests over QUIC, by a client that speaks HTTP/3. */
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { edgeModel } from "../../../components/haproxy/model";
import { PORTS } from "../../../components/haproxy/render";
import { DOMAIN } from "../../edge";
import { image } from "../../images";
import { Edge, TestNetwork, type Answer } from "./edge";
import { Servers, type Seen } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

let network: TestNetwork;
let servers: Servers;
let edge: Edge;
let client: string;

beforeAll(async () => {
  network = new TestNetwork();
  servers = new Servers(network.gateway);
  const routes = [await servers.echo("web"), await servers.echo("admin", { access: "admins" })];
  edge = new Edge(network, edgeModel(routes, { domain: DOMAIN, httpsPort: 443, http3: true }));
  const folder = join(__dirname, "..", "..", "http3-client");
  const build = ["build", "-q", "--network", "host", "--build-arg", `BASE=${image("base")}`, folder];
  const env = { ...process.env, DOCKER_BUILDKIT: "0" };
  client = execFileSync("docker", build, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] }).trim();
});

afterAll(async () => {
  edge.remove();
  await servers.close();
  network.remove();
  execFileSync("docker", ["image", "rm", client], { stdio: "ignore" });
});

/** Not in one go: the service that answers is in this process. */
async function get(host: string, path: string): Promise<Answer> {
  const run = ["run", "--rm", "--network", network.name, client, edge.address, String(PORTS.https), host, path];
  const { stdout } = await promisify(execFile)("docker", run);
  return JSON.parse(stdout) as Answer; // what the client prints
}

test("who asks over TCP is told of HTTP/3", async () => {
  const { headers } = await edge.https({ host: `web.${DOMAIN}` });
  expect(headers["alt-svc"]).toBe('h3=":443"; ma=86400');
});

test("a request over QUIC is routed, logged and asked for its password as every other", async () => {
  const answer = await get(`web.${DOMAIN}`, "/over/quic");
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ "strict-transport-security": "max-age=63072000" });
  const seen = JSON.parse(answer.body) as Seen; // what the echo server writes
  expect(seen).toMatchObject({ server: "web", url: "/over/quic", headers: { "x-forwarded-proto": "https" } });
  expect((await get(`admin.${DOMAIN}`, "/")).status).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(edge.log().some((line) => line.includes('"/over/quic"'))).toBe(true);
});
