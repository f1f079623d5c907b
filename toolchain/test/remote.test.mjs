// remote.* against a real sshd on the loopback interface.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync, copyFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { userInfo } from "node:os";
import { after, before, test } from "node:test";
import { haveProgram, project, until } from "./harness.mjs";

const sshd = "/usr/sbin/sshd";
const missing = haveProgram(sshd, "openssh-server") ? false : "NOT RUN: there is no sshd and it could not be installed";
if (missing) console.error(`remote.test.mjs ${missing}`);

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => resolve(socket.destroy() && true));
    socket.once("error", () => resolve(false));
  });

let p;
let server;
before(async () => {
  if (missing) return;
  p = project("remote");
  for (const [name, type] of [
    ["client", "ed25519"],
    ["host", "ed25519"],
    ["rsa", "rsa"],
    ["stranger", "ed25519"],
  ]) {
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", p.work(name)]);
  }
  copyFileSync(p.work("client.pub"), p.work("authorized"));
  const port = await freePort();
  Object.assign(p.env, { SSH_PORT: String(port), SSH_USER: userInfo().username });
  const lines = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${p.work("host")}`,
    `HostKey ${p.work("rsa")}`,
    `AuthorizedKeysFile ${p.work("authorized")}`,
    "StrictModes no",
    "PasswordAuthentication no",
    "UsePAM no",
    "PermitRootLogin prohibit-password",
    `PidFile ${p.work("sshd.pid")}`,
    "Subsystem sftp internal-sftp",
    "AllowTcpForwarding yes",
  ];
  writeFileSync(p.work("sshd_config"), `${lines.join("\n")}\n`);
  if (process.getuid() === 0) mkdirSync("/run/sshd", { recursive: true });
  server = spawn(sshd, ["-D", "-e", "-f", p.work("sshd_config")], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  server.stderr.on("data", (chunk) => (words += chunk));
  await until(`sshd answers (${words})`, () => answers(port));
});
after(() => {
  p?.remove();
  server?.kill();
});

test("a command and copies over SSH with the right host key", { skip: missing }, () => {
  p.up();
  assert.equal(p.outputs().stdout, "created\nfirst");
  assert.equal(p.read("to/text"), "one");
  assert.ok(existsSync(p.work("to/programs/remote.cjs")));
  p.must("preview", "--expect-no-changes");
  const state = JSON.stringify(p.state());
  assert.ok(!state.includes("OPENSSH PRIVATE KEY"), "the state has a private key in plain text");
});

test("an update, through a bastion, with an RSA host key", { skip: missing }, () => {
  p.config("stdin", "second");
  p.config("text", "two");
  p.config("proxy", "true");
  p.config("hostKey", "rsa");
  p.up();
  assert.equal(p.outputs().stdout, "updated\nsecond");
  assert.equal(p.read("to/text"), "two");
});

test("a wrong host key is refused at once, with both fingerprints", { skip: missing }, () => {
  p.config("hostKey", "stranger");
  const { code, text } = p.pulumi("up", "--yes", "--skip-preview");
  assert.notEqual(code, 0);
  assert.match(text, /ssh: host key mismatch: .*offers SHA256:\S+, connection\.hostKey is SHA256:/);
  assert.ok(!text.includes("failed: retrying"), text);
  p.config("hostKey", "host");
  p.up();
});

test("delete runs on destroy", { skip: missing }, () => {
  p.must("destroy", "--yes", "--skip-preview");
  assert.equal(p.read("log"), "gone\n");
});
