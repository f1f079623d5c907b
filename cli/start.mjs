// Starts a command of the project in a checkout that may have nothing installed yet: `node cli/start.mjs <verb> …`.
// Node's own modules only, because there may be no others.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];
const VERBS = ["up", "down", "test", "e2e", "bench"];

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  stop(`Node ${process.versions.node} is too old; install Node ${OLDEST_NODE.join(".")} or newer and run this again`);
}

/**
 * npm writes node_modules/.package-lock.json last, and empties node_modules first: it tells what is completely there.
 * Optional packages are for other systems and may be missing.
 */
function packagesComplete() {
  const read = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8")).packages;
  const wanted = read("package-lock.json");
  let installed;
  try {
    installed = read("node_modules", ".package-lock.json");
  } catch {
    return false;
  }
  const same = (name) =>
    installed[name]?.version === wanted[name].version && installed[name]?.integrity === wanted[name].integrity;
  return Object.keys(wanted)
    .filter((name) => name.startsWith("node_modules/"))
    .every((name) => (installed[name] === undefined ? wanted[name].optional : same(name)));
}

/** Runs a command in the project's directory; resolves with its exit code. */
function run(command, args, stdio = "inherit") {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio });
    // A terminal sends Ctrl-C to the child as well as to us.
    const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    const forward = (signal) => {
      if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    child.on("error", (error) => stop(`${command} can't be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      for (const name of signals) process.removeListener(name, forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 1));
    });
  });
}

async function installPackages() {
  if (packagesComplete()) return;
  const started = Date.now();
  process.stderr.write("Installing the project's packages (npm ci); only when package-lock.json changes …\n");
  // To stderr: stdout belongs to the command.
  const code = await run("npm", ["ci", "--ignore-scripts", "--loglevel=error"], ["ignore", 2, 2]);
  if (code > 128) process.exit(code);
  if (code !== 0) stop(`npm ci failed with exit code ${code}; its message is above. Mend that and run this again.`);
  process.stderr.write(`The packages are there after ${((Date.now() - started) / 1000).toFixed(0)} s.\n`);
}

const [verb, ...args] = process.argv.slice(2);
checkNode();
if (!VERBS.includes(verb)) stop(`"${verb ?? ""}" is not a command of this project; there are: ${VERBS.join(", ")}`);
await installPackages();
process.exitCode = await run(process.execPath, ["--import", "tsx", join("cli", `${verb}.ts`), ...args]);
