#!/usr/bin/env node
// Makes sure that the pinned Pulumi CLI, its Node language host and its plugins are there. Node built-ins only: this
// runs before `npm ci` has put anything in place.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./lib/build.mjs";
import { download, probe } from "./lib/download.mjs";
import { ensureGo } from "./lib/go.mjs";
import { cliPath, defaultHome, pieces, versions, whyMissing } from "./lib/pieces.mjs";
import { locked, ToolchainError } from "./lib/run.mjs";

const modes = ["auto", "download", "build"];

/**
 * Installs what is missing or outdated; returns the CLI's path and what was done.
 * `mode`: "download" (upstream's files only), "build" (from the Go module proxy only), "auto" (the first that works);
 * the default is ONEFORALL_TOOLCHAIN or "auto".
 */
export async function ensureToolchain({
  log = console.log,
  home = defaultHome(),
  mode = process.env.ONEFORALL_TOOLCHAIN || "auto",
} = {}) {
  if (!modes.includes(mode)) {
    throw new ToolchainError(
      `ONEFORALL_TOOLCHAIN: ${mode} is not a way to have the toolchain; give ${modes.join(", ")}`,
    );
  }
  const complete = () => pieces(home).every((piece) => !whyMissing(piece, mode));
  const done = { pulumi: cliPath(home), built: [], downloaded: [] };
  if (!complete()) await locked(home, log, () => install({ log, home, mode, done }));
  else log(`toolchain: Pulumi ${versions.pulumi} and its plugins are in place`);
  return done;
}

async function install({ log, home, mode, done }) {
  const all = pieces(home);
  const line = process.stdout.isTTY && log === console.log;
  const progress = line ? (text) => process.stdout.write(`\r\x1b[K${text}`) : undefined;
  const say = (text) => log(line ? `\r\x1b[K${text}` : text);

  let downloads = mode !== "build";
  if (downloads) {
    const unreachable = await probe();
    if (unreachable && mode === "download") {
      throw new ToolchainError(
        `Pulumi's downloads can't be reached: ${unreachable}\n` +
          `  Check the network (proxy settings of curl), or build from the Go module proxy: ONEFORALL_TOOLCHAIN=build`,
      );
    }
    if (unreachable)
      say(
        `toolchain: Pulumi's downloads can't be reached from here (${unreachable}); building from the Go module proxy`,
      );
    downloads = !unreachable;
  }

  let go;
  for (const [index, piece] of all.entries()) {
    const title = `toolchain ${index + 1}/${all.length}  ${piece.name}`;
    const reason = whyMissing(piece, mode);
    if (!reason) continue;
    say(`${title}: ${reason}`);
    if (downloads) {
      try {
        await download(piece, home, title, say);
        done.downloaded.push(piece.name);
        continue;
      } catch (error) {
        if (mode === "download" || error.signal) throw error;
        say(`${title}: ${error.message}\n${title}: building it instead`);
      }
    }
    go ??= await ensureGo(say);
    await build(piece, go, title, { log: say, progress });
    done.built.push(piece.name);
  }
}

/** What to do about a failed build that isn't about our code. */
function hint(message) {
  if (/dial tcp|no such host|i\/o timeout|proxyconnect|connection refused|403 Forbidden|404 Not Found/i.test(message)) {
    return "  The Go module proxy could not be reached, or refused: set GOPROXY to the one of your network.";
  }
  if (/no space left/i.test(message))
    return "  The disk is full: about 6 GB are needed for Go's caches (go env GOCACHE GOMODCACHE).";
  if (/checksum mismatch|SECURITY ERROR/i.test(message)) {
    return "  The proxy gave other code than the committed go.sum names. Nothing of it was run; don't go on with this proxy.";
  }
  if (/signal: killed|cannot allocate memory|out of memory/i.test(message))
    return "  The compiler ran out of memory: 4 GB are needed.";
  return "  The same again with more output: cd toolchain/go/<piece> && go build -x .";
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await ensureToolchain();
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    console.error(`\ntoolchain: ${error.message}`);
    if (error.signal) process.kill(process.pid, error.signal);
    else if (/^building/.test(error.message)) console.error(hint(error.message));
    process.exitCode = 1;
  }
}
