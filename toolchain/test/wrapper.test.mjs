// What `npx pulumi` adds to the CLI, and that every pin agrees with versions.json.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ensureToolchain } from "../install.mjs";
import { here, pieces, versions, whyMissing } from "../lib/pieces.mjs";
import { environment, findProject, leftovers } from "../lib/project.mjs";

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "oneforall-wrapper-"));
  mkdirSync(join(folder, "deep", "er"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: demo # a name\nruntime: nodejs\n");
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the project is found from below and through --cwd", () => {
  for (const [args, cwd] of [
    [[], join(folder, "deep", "er")],
    [["--cwd", folder], "/"],
    [[`-C=${folder}`], "/"],
  ]) {
    assert.equal(findProject(args, cwd).folder, folder);
  }
  assert.equal(findProject([], folder).name, "demo");
  assert.equal(findProject([], "/"), undefined);
});

test("defaults are set only where they belong and where nothing is set", () => {
  const project = findProject([], folder);
  assert.deepEqual(environment(project, ["up"], {}), { PULUMI_SKIP_UPDATE_CHECK: "true" });
  mkdirSync(join(folder, ".oneforall", "state"), { recursive: true });
  writeFileSync(join(folder, ".oneforall", "passphrase"), "x");
  const set = environment(project, ["up"], {});
  assert.equal(set.PULUMI_BACKEND_URL, `file://${folder}/.oneforall/state`);
  assert.equal(set.PULUMI_CONFIG_PASSPHRASE_FILE, join(folder, ".oneforall", "passphrase"));
  const own = { PULUMI_BACKEND_URL: "s3://b", PULUMI_CONFIG_PASSPHRASE: "", PULUMI_SKIP_UPDATE_CHECK: "0" };
  assert.deepEqual(environment(project, ["up"], own), own);
  assert.equal(environment(project, ["--color=never", "login", "s3://b"], {}).PULUMI_BACKEND_URL, undefined);
  assert.equal(environment({ ...project, hasBackend: true }, ["up"], {}).PULUMI_BACKEND_URL, undefined);
});

test("only what is provably dead is called left over", () => {
  const project = findProject([], folder);
  const env = environment(project, [], {});
  const locks = join(folder, ".oneforall", "state", ".pulumi", "locks", "organization", "demo", "dev");
  const stacks = join(folder, ".oneforall", "state", ".pulumi", "stacks", "demo");
  for (const path of [locks, stacks]) mkdirSync(path, { recursive: true });
  const lock = (pid, host) => writeFileSync(join(locks, `${pid}.json`), JSON.stringify({ pid, hostname: host }));
  lock(process.pid, hostname());
  lock(2 ** 22 + 1, "another-machine");
  assert.deepEqual(leftovers(project, ["up", "-s", "dev"], env), []);
  lock(2 ** 22 + 2, hostname());
  assert.deepEqual(leftovers(project, ["up", "-s", "dev"], env), [
    `stack dev is locked by process ${2 ** 22 + 2}, which is gone`,
  ]);
  assert.deepEqual(leftovers(project, ["up", "-s", "other"], env), []);
  writeFileSync(join(stacks, "dev.json"), JSON.stringify({ checkpoint: { latest: { pending_operations: [{}, {}] } } }));
  assert.match(leftovers(project, ["up", "--stack=organization/demo/dev"], env)[1], /2 operation/);
});

test("the pins agree", () => {
  const goMod = (piece) => readFileSync(join(here, "go", piece, "go.mod"), "utf8");
  assert.match(goMod("cli"), new RegExp(`pulumi/pkg/v3 v${versions.pulumi.replaceAll(".", "\\.")}\n`));
  for (const piece of readdirSync(join(here, "go"))) {
    assert.match(goMod(piece), new RegExp(`^go ${versions.go.replaceAll(".", "\\.")}$`, "m"), piece);
  }
  const lock = JSON.parse(readFileSync(join(here, "..", "package-lock.json"), "utf8")).packages;
  const wanted = { pulumi: versions.pulumi, ...versions.plugins };
  for (const [name, version] of Object.entries(wanted)) {
    assert.equal(lock[`node_modules/@pulumi/${name}`]?.version, version, `@pulumi/${name}`);
  }
});

test("what is in place is left alone, with one line", async () => {
  const lines = [];
  const done = await ensureToolchain({ log: (line) => lines.push(line) });
  assert.deepEqual([done.built, done.downloaded], [[], []]);
  assert.deepEqual(lines, [`toolchain: Pulumi ${versions.pulumi} and its plugins are in place`]);
});

test("what is missing, half installed or outdated is seen", () => {
  const [cli, , command] = pieces(join(folder, "home"));
  assert.equal(whyMissing(cli, "auto"), "not installed");
  mkdirSync(join(command.binary, ".."), { recursive: true });
  writeFileSync(command.binary, "x", { mode: 0o755 });
  assert.equal(whyMissing(command, "auto"), undefined);
  assert.match(whyMissing(command, "build"), /downloaded/);
  writeFileSync(`${join(command.binary, "..")}.partial`, "");
  assert.equal(whyMissing(command, "auto"), "only half installed");
});
