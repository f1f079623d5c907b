const pulumi = require("@pulumi/pulumi");
const { remote } = require("@pulumi/command");
const { readFileSync } = require("node:fs");

const config = new pulumi.Config();
const work = process.env.WORK;
const server = { host: "127.0.0.1", port: Number(process.env.SSH_PORT), user: process.env.SSH_USER };
const privateKey = readFileSync(`${work}/client`, "utf8");
const hostKey = readFileSync(`${work}/${config.get("hostKey") ?? "host"}.pub`, "utf8");
const connection = { ...server, privateKey, hostKey, dialErrorLimit: 2 };
if (config.getBoolean("proxy")) connection.proxy = { ...server, privateKey, hostKey };

const command = new remote.Command("remote", {
  connection,
  create: "echo created; cat",
  update: "echo updated; cat",
  delete: `echo gone >> ${work}/log`,
  stdin: config.get("stdin") ?? "first",
  addPreviousOutputInEnv: false,
});
exports.stdout = command.stdout;
const text = config.get("text") ?? "one";
new remote.CopyToRemote("text", {
  connection,
  source: new pulumi.asset.StringAsset(text),
  remotePath: `${work}/to/text`,
});
new remote.CopyToRemote("directory", {
  connection,
  source: new pulumi.asset.FileArchive(__dirname),
  remotePath: `${work}/to`,
});
