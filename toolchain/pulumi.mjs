#!/usr/bin/env node
// `npx pulumi …` in this project: the pinned CLI, with this checkout's passphrase and state as its defaults.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { ensureToolchain } from "./install.mjs";
import { cliPath } from "./lib/pieces.mjs";
import { environment, findProject, leftovers } from "./lib/project.mjs";

const args = process.argv.slice(2);
const cli = cliPath();

if (!existsSync(cli)) {
  try {
    // To stderr: stdout belongs to the command (`pulumi stack output --json` is piped into other programs).
    await ensureToolchain({ log: (line) => console.error(line) });
  } catch (error) {
    console.error(`toolchain: ${error.message}`);
    process.exit(1);
  }
}

const project = findProject(args);
const env = environment(project, args);
// The engine finds the language host beside the CLI through the PATH.
env.PATH = dirname(cli) + delimiter + (env.PATH ?? "");

const child = spawn(cli, args, { stdio: "inherit", env });

// A terminal sends Ctrl-C to the CLI as well as to us, and a second one means "at once" to it: forward it only where
// there is no terminal, that is where somebody signalled just this process. Never end before the CLI does.
const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on("SIGINT", () => {
  if (!onTerminal) child.kill("SIGINT");
});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));

child.on("error", (error) => {
  console.error(`pulumi: ${cli} could not be started: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (code !== 0 && project) {
    for (const line of leftovers(project, args, env)) console.error(`${line}; \`npm run up\` repairs this`);
  }
  // A shell's way to say that a signal ended the program; dying by it ourselves would lose buffered output.
  process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
});
