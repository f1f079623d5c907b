// Both ways to have the toolchain, without network and in seconds: curl, the CLI and Go are stand-ins here. That the
// real sources build is shown by every run of the other tests on a machine without the downloads.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { here, pieces, versions } from "../lib/pieces.mjs";
import { until } from "./harness.mjs";

let folder;
let env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oneforall-install-"));
  mkdirSync(join(folder, "bin"));
  // Only what a minimal machine has, besides the stand-ins.
  for (const name of ["sh", "cat", "tar", "gzip", "cp", "mkdir", "chmod", "sleep", "sha256sum", "touch", "rm"]) {
    const path = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    tool(name, `exec ${path} "$@"`);
  }
  env = { PATH: join(folder, "bin"), PULUMI_HOME: join(folder, "home"), HOME: folder, LOG: join(folder, "log") };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tool = (name, script) => writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const install = (more = {}) => {
  const child = spawn(process.execPath, [join(here, "install.mjs")], { env: { ...env, ...more } });
  const result = { child, text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (result.text += chunk));
  result.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  return result;
};

/** A Go whose builds write a script that names the piece. */
const standInGo = (before = "") =>
  tool(
    "go",
    `case "$1" in
      env) echo go1.26.0 ;;
      build) echo "$PWD" >> "$LOG"; ${before}
        while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\\necho built\\n' > "$2"; chmod 755 "$2" ;;
    esac`,
  );
const built = () =>
  (existsSync(env.LOG) ? readFileSync(env.LOG, "utf8").trim().split("\n") : []).map((path) => path.split("/").pop());

test("without the downloads everything is built, and the next run does nothing", async () => {
  standInGo();
  tool("curl", "echo 'Could not resolve host' >&2; exit 6");
  const first = install();
  assert.equal(await first.ended, 0, first.text);
  assert.deepEqual(built(), ["cli", "language-nodejs", "provider-command", "provider-random", "provider-docker"]);
  const second = install();
  assert.equal(await second.ended, 0);
  assert.equal(second.text, `toolchain: Pulumi ${versions.pulumi} and its plugins are in place\n`);
});

test("only a piece whose sources changed is built again", async () => {
  standInGo();
  await install({ ONEFORALL_TOOLCHAIN: "build" }).ended;
  rmSync(env.LOG);
  const command = pieces(env.PULUMI_HOME)[2];
  writeFileSync(join(dirname(command.binary), ".pulumi-resource-command.built-from"), "something else\n");
  const { ended } = install({ ONEFORALL_TOOLCHAIN: "build" });
  assert.equal(await ended, 0);
  assert.deepEqual(built(), ["provider-command"]);
});

test("interrupted while building, the next run goes on, and nothing half done is under its real name", async () => {
  standInGo(`case "$PWD" in *provider-random) exec sleep 60 ;; esac`);
  const first = install({ ONEFORALL_TOOLCHAIN: "build" });
  await until("the fourth piece is being built", () => built().length === 4);
  first.child.kill("SIGINT");
  assert.notEqual(await first.ended, 0);
  assert.match(first.text, /interrupted; the next run goes on from here/);
  const random = pieces(env.PULUMI_HOME)[3];
  assert.deepEqual(readdirSync(dirname(random.binary)), []);
  standInGo();
  rmSync(env.LOG);
  assert.equal(await install({ ONEFORALL_TOOLCHAIN: "build" }).ended, 0);
  assert.deepEqual(built(), ["provider-random", "provider-docker"]);
});

test("a failed build says what and why", async () => {
  standInGo(`case "$PWD" in *language-nodejs) echo 'dial tcp: lookup proxy.example: no such host' >&2; exit 1 ;; esac`);
  const run = install({ ONEFORALL_TOOLCHAIN: "build" });
  assert.equal(await run.ended, 1);
  assert.match(run.text, /building the Node language host failed[\s\S]*no such host[\s\S]*set GOPROXY/);
});

/** Upstream's sites: an archive whose CLI can install plugins, with a checksum list that is right or wrong. */
const standInDownloads = (checksum = "$(sha256sum $0.tgz | { read sum rest; echo $sum; })") => {
  const unpacked = join(folder, "unpacked", "pulumi");
  mkdirSync(unpacked, { recursive: true });
  const cli = `#!/bin/sh
if [ "$1" = plugin ]; then d=$PULUMI_HOME/plugins/resource-$4-v$5; mkdir -p $d; printf '#!/bin/sh\\n' > $d/pulumi-resource-$4; chmod 755 $d/pulumi-resource-$4; fi
`;
  for (const [name, text] of Object.entries({
    pulumi: cli,
    "pulumi-language-nodejs": "#!/bin/sh\n",
    "pulumi-resource-pulumi-nodejs": "#!/bin/sh\n",
  })) {
    writeFileSync(join(unpacked, name), text, { mode: 0o755 });
  }
  execFileSync("tar", ["-C", join(folder, "unpacked"), "-czf", join(folder, "bin", "curl.tgz"), "pulumi"]);
  const arch = { x64: "x64", arm64: "arm64" }[process.arch];
  const archive = `pulumi-v${versions.pulumi}-${process.platform}-${arch}.tar.gz`;
  tool(
    "curl",
    `for url; do :; done
    case "$*" in *--head*) exit 0 ;; esac
    case "$url" in
      */pulumi-${versions.pulumi}-checksums.txt) echo "${checksum}  ${archive}"; exit 0 ;;
      *checksums.txt) exit 22 ;;
    esac
    while [ "$1" != --output ]; do shift; done; cp "$0.tgz" "$2"`,
  );
};

test("with the downloads nothing is built", async () => {
  standInDownloads();
  const run = install();
  assert.equal(await run.ended, 0, run.text);
  assert.match(run.text, /Pulumi CLI: downloaded/);
  assert.match(run.text, /docker provider: downloaded/);
  assert.equal(await install({ ONEFORALL_TOOLCHAIN: "download" }).ended, 0);
});

test("a download with another checksum than the published one is not installed", async () => {
  standInDownloads("0000");
  const run = install({ ONEFORALL_TOOLCHAIN: "download" });
  assert.equal(await run.ended, 1);
  assert.match(run.text, /doesn't have its published SHA-256 0000; nothing was installed/);
  assert.equal(existsSync(pieces(env.PULUMI_HOME)[0].binary), false);
});

test("where neither works, the missing thing and the remedy are named", async () => {
  tool("curl", "echo 'Could not resolve host' >&2; exit 6");
  const run = install({ ONEFORALL_TOOLCHAIN: "download" });
  assert.equal(await run.ended, 1);
  assert.match(run.text, /downloads can't be reached: Could not resolve host[\s\S]*ONEFORALL_TOOLCHAIN=build/);
  const other = install({ ONEFORALL_TOOLCHAIN: "by-post" });
  assert.equal(await other.ended, 1);
  assert.match(other.text, /by-post is not a way to have the toolchain; give auto, download, build/);
});
