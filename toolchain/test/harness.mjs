// A throw-away project with a file backend, driven through the same wrapper that `npx pulumi` runs.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
/** Not below test/: Node 20 takes every file there for a test. */
export const fixtures = join(dirname(here), "fixtures");
const wrapper = join(dirname(here), "pulumi.mjs");

/** The nearest node_modules folder that has the Pulumi SDK. */
function nodeModules() {
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", "@pulumi", "pulumi"))) return join(folder, "node_modules");
    if (folder === dirname(folder))
      throw new Error("the Pulumi SDK is not installed: run npm ci in the checkout first");
  }
}

/** A project that runs `fixtures/programs/<program>.cjs`; `options` are runtime.options. */
export function project(program, { options = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "oneforall-toolchain-"));
  for (const name of [".oneforall/state", "work"]) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(nodeModules(), join(folder, "node_modules"));
  cpSync(join(fixtures, "programs"), join(folder, "programs"), { recursive: true });
  writeFileSync(join(folder, ".oneforall", "passphrase"), "for this test only\n", { mode: 0o600 });
  const runtime = { name: "nodejs", options: { typescript: false, ...options } };
  const file = { name: "toolchain-test", main: `programs/${program}.cjs`, runtime };
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    `name: ${file.name}\nmain: ${file.main}\nruntime: ${JSON.stringify(runtime)}\n`,
  );

  writeFileSync(join(folder, "package.json"), `{ "name": "${file.name}", "private": true }\n`);
  const env = { ...process.env, WORK: join(folder, "work") };
  for (const name of Object.keys(env)) if (/^PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE|STACK)/.test(name)) delete env[name];
  delete env.SSH_AUTH_SOCK;

  const start = (...args) => spawn(process.execPath, [wrapper, ...args], { cwd: folder, env });
  const pulumi = (...args) => {
    const result = spawnSync(process.execPath, [wrapper, ...args, "--non-interactive"], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    return { code: result.status, text: result.stdout + result.stderr, stdout: result.stdout };
  };
  const must = (...args) => {
    const result = pulumi(...args);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${result.code}:\n${result.text}`);
    return result;
  };
  const self = {
    folder,
    env,
    work: (name) => join(folder, "work", name),
    read: (name) => readFileSync(join(folder, "work", name), "utf8"),
    start,
    pulumi,
    must,
    config: (key, value, ...flags) => must("config", "set", key, value, ...flags),
    up: () => must("up", "--yes", "--skip-preview"),
    outputs: () => JSON.parse(must("stack", "output", "--json", "--show-secrets").stdout),
    state: () => JSON.parse(must("stack", "export").stdout),
    /** Destroys what may be left; for `after`, so it never throws. */
    remove() {
      pulumi("destroy", "--yes", "--skip-preview");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  must("stack", "init", "test");
  return self;
}

/** Whether a command is there; as root on Debian its package is installed first if not. */
export function haveProgram(path, debianPackage) {
  if (existsSync(path)) return true;
  if (process.getuid() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  try {
    const options = { stdio: "pipe", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    const install = ["install", "-qy", "--no-install-recommends", debianPackage];
    try {
      execFileSync("apt-get", install, options);
    } catch {
      execFileSync("apt-get", ["update", "-q"], options);
      execFileSync("apt-get", install, options);
    }
  } catch (error) {
    console.error(`${debianPackage} can't be installed: ${error.stderr?.toString().trim()}`);
  }
  return existsSync(path);
}

/** Waits until `check` is true; the limit is a bound against hanging, not a measure. */
export async function until(what, check, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
