/** cli/start.mjs in copies of a project where everything it stands on is small or a stand-in. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");
let folder: string;

/** A project with one package, and an npm that installs it. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "oneforall-start-"));
  for (const name of ["cli", "bin"]) mkdirSync(join(folder, name));
  cpSync(join(ROOT, "cli", "start.mjs"), join(folder, "cli", "start.mjs"));
  writeFileSync(join(folder, "cli", "up.ts"), 'console.log("up", ...process.argv.slice(2)); process.exitCode = 3;');
  writeFileSync(
    join(folder, "npm-does.mjs"),
    `import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
     appendFileSync("npm.log", process.argv.slice(2).join(" ") + "\\n");
     rmSync("node_modules", { recursive: true, force: true });
     mkdirSync("node_modules");
     for (const name of ["tsx", "esbuild", "@esbuild"]) symlinkSync(${JSON.stringify(join(ROOT, "node_modules"))} + "/" + name, "node_modules/" + name);
     cpSync("package-lock.json", "node_modules/.package-lock.json");`,
  );
  writeFileSync(join(folder, "bin", "npm"), `#!/bin/sh\nexec "${process.execPath}" npm-does.mjs "$@"\n`);
  chmodSync(join(folder, "bin", "npm"), 0o755);
  lock("1.0.0");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lock(version: string): void {
  const packages = {
    "": {},
    "node_modules/one": { version },
    "node_modules/other-system": { version, optional: true },
  };
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
}
function start(...args: string[]) {
  const env = { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"]}` };
  return spawnSync(process.execPath, [join(folder, "cli", "start.mjs"), ...args], { env, encoding: "utf8" });
}
function installs(): number {
  const log = join(folder, "npm.log");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
}

test("installs what is missing once, passes arguments on and keeps the exit code", () => {
  expect(start("up", "--stack", "x")).toMatchObject({ status: 3, stdout: "up --stack x\n" });
  expect(readFileSync(join(folder, "npm.log"), "utf8")).toMatch(/^ci --ignore-scripts/);
  expect(start("up")).toMatchObject({ status: 3, stderr: "" });
  expect(installs()).toBe(1);
});

test("installs again when the lock changed, or when an earlier install was interrupted", () => {
  start("up");
  lock("1.1.0");
  start("up");
  expect(installs()).toBe(2);
  // npm writes this file last.
  rmSync(join(folder, "node_modules", ".package-lock.json"));
  start("up");
  expect(installs()).toBe(3);
});

test("a package for another system may be missing", () => {
  start("up");
  const packages = { "node_modules/one": { version: "1.0.0" } };
  writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
  start("up");
  expect(installs()).toBe(1);
});

test("an unknown word is answered with the known ones", () => {
  const { status, stderr } = start("launch");
  expect(status).toBe(2);
  expect(stderr).toMatch(/"launch" is not a command.*up, down, test, e2e, bench/);
});
