// What the wrapper has to know about the project it runs in: its folder, its backend, and what a crash left there.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultHome } from "./pieces.mjs";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** The value of `--name value`, `--name=value` or `-x value` in a command line. */
function option(args, ...names) {
  for (const [index, arg] of args.entries()) {
    for (const name of names) {
      if (arg === name) return args[index + 1];
      if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
    }
  }
  return undefined;
}

/** The project file that the CLI will use: the nearest one from where it runs. */
export function findProject(args, cwd = process.cwd()) {
  let folder = resolve(cwd, option(args, "--cwd", "-C") ?? ".");
  for (;;) {
    for (const name of projectFiles) {
      const file = join(folder, name);
      if (existsSync(file)) {
        const text = readFileSync(file, "utf8");
        const name = /^name:\s*["']?([^"'\s#]+)/m.exec(text)?.[1];
        return { folder, file, name, hasBackend: /^backend:/m.test(text) };
      }
    }
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** Settings for the CLI; what the user has set stays. */
export function environment(project, args, env = process.env) {
  const settings = { ...env };
  const unset = (name) => settings[name] === undefined;
  if (unset("PULUMI_SKIP_UPDATE_CHECK")) settings.PULUMI_SKIP_UPDATE_CHECK = "true";
  if (!project) return settings;
  const passphrase = join(project.folder, ".oneforall", "passphrase");
  if (unset("PULUMI_CONFIG_PASSPHRASE") && unset("PULUMI_CONFIG_PASSPHRASE_FILE") && existsSync(passphrase)) {
    settings.PULUMI_CONFIG_PASSPHRASE_FILE = passphrase;
  }
  // `login` and `logout` are how a user says which backend it shall be: our default must not answer for them.
  const command = args.find((arg) => !arg.startsWith("-"));
  const state = join(project.folder, ".oneforall", "state");
  const choosing = command === "login" || command === "logout";
  if (unset("PULUMI_BACKEND_URL") && !project.hasBackend && !choosing && existsSync(state)) {
    settings.PULUMI_BACKEND_URL = `file://${state}`;
  }
  return settings;
}

/** The folder of a file backend, or nothing for any other kind. */
export function backendFolder(project, env) {
  let url = env.PULUMI_BACKEND_URL;
  if (!url && project.hasBackend) {
    url = /^backend:\s*\n(?:\s+.*\n)*?\s+url:\s*["']?([^"'\s#]+)/m.exec(`${readFileSync(project.file, "utf8")}\n`)?.[1];
  }
  if (!url?.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).split("?")[0];
  if (path.startsWith("~")) return join(homedir(), path.slice(1));
  return path.startsWith("/") ? fileURLToPath(`file://${path}`) : resolve(project.folder, path);
}

/** The stack that a command line means; undefined if the CLI would have asked. */
export function selectedStack(project, args, env) {
  const hash = createHash("sha1").update(project.file).digest("hex");
  const settings = readJson(join(defaultHome(), "workspaces", `${project.name}-${hash}-workspace.json`));
  const named = option(args, "--stack", "-s") ?? env.PULUMI_STACK;
  // organization/project/stack in the long form
  return (named ?? settings?.stacks?.[env.PULUMI_BACKEND_URL] ?? settings?.stack)?.split("/").pop();
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // not there, or being written
  }
}

function isDead(lock) {
  if (lock.hostname !== hostname()) return false; // nobody here can tell
  try {
    process.kill(lock.pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/**
 * What a killed engine left behind in a file backend: locks of processes that are gone, and operations that were
 * begun and never recorded as ended. Read from the files; the CLI's words may change.
 */
export function leftovers(project, args, env) {
  const folder = backendFolder(project, env);
  const stack = selectedStack(project, args, env);
  if (!folder || !stack || !project.name) return [];
  const found = [];
  const locks = join(folder, ".pulumi", "locks", "organization", project.name, stack);
  for (const file of existsSync(locks) ? readdirSync(locks) : []) {
    const lock = file.endsWith(".json") ? readJson(join(locks, file)) : undefined;
    if (lock && isDead(lock)) found.push(`stack ${stack} is locked by process ${lock.pid}, which is gone`);
  }
  const state = readJson(join(folder, ".pulumi", "stacks", project.name, `${stack}.json`));
  const pending = state?.checkpoint?.latest?.pending_operations?.length ?? 0;
  if (pending > 0) found.push(`stack ${stack} has ${pending} operation(s) that were interrupted`);
  return found;
}
