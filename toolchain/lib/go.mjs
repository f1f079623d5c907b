// A Go that can build the toolchain: the machine's, the distribution's, or the one that either of them fetches.
import { accessSync, chmodSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { versions } from "./pieces.mjs";
import { run, runOrFail, ToolchainError } from "./run.mjs";

/** From this version on Go fetches a newer toolchain by itself when a module asks for one. */
const switchesToolchain = [1, 21];
/** From this version on an older Go can fetch one as a module, which we then call directly. */
const fetchesModules = [1, 16];

/** Settings for every call of Go. */
export function environment() {
  const env = {
    ...process.env,
    // The user's own settings (-mod=mod, a workspace, tags) must not change what is built.
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOWORK: "off",
    GOTOOLCHAIN: "auto",
    // Works without a C compiler, and the result doesn't depend on the machine's libc.
    CGO_ENABLED: "0",
  };
  delete env.GOROOT; // each go command finds its own
  return env;
}

/** [major, minor] of a go command; from / so that no go.mod makes it answer for another version. */
async function goVersion(go) {
  try {
    const env = { ...environment(), GOTOOLCHAIN: "local" };
    const { stdout } = await run(go, ["env", "GOVERSION"], { cwd: "/", env });
    const parts = /^go(\d+)\.(\d+)/.exec(stdout.trim());
    return parts ? [Number(parts[1]), Number(parts[2])] : undefined;
  } catch (error) {
    if (error instanceof ToolchainError) throw error;
    return undefined; // no such command
  }
}

const atLeast = (version, wanted) => (version[0] - wanted[0] || version[1] - wanted[1]) >= 0;

function candidates() {
  const packaged = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => /^go-1\.\d+$/.test(name)) : [];
  const newestFirst = packaged.sort((a, b) => Number(b.split(".")[1]) - Number(a.split(".")[1]));
  return ["go", "/usr/local/go/bin/go", ...newestFirst.map((name) => `/usr/lib/${name}/bin/go`)];
}

/** A go command to build with; else what is wrong with the ones that are there. */
async function findGo(log) {
  let old;
  for (const go of candidates()) {
    const version = await goVersion(go);
    if (!version) continue;
    if (atLeast(version, switchesToolchain)) return { go };
    if (!old || atLeast(version, old.version)) old = { go, version };
  }
  if (!old) return { problem: "there is no Go on this machine" };
  const problem = `${old.go} is version ${old.version.join(".")}`;
  if (!atLeast(old.version, fetchesModules)) return { problem };
  try {
    return { go: await fetchGo(old.go, `${problem}; fetching ${versions.go} with it`, log) };
  } catch (error) {
    if (error.signal) throw error;
    return { problem: `${problem}, and could not fetch a later one: ${error.message}` };
  }
}

/** The pinned Go as the module golang.org/toolchain, checked by Go's checksum database. */
async function fetchGo(old, title, log) {
  log(`toolchain: ${title}`);
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch];
  const module = `golang.org/toolchain@v0.0.1-go${versions.go}.${process.platform}-${arch}`;
  const env = { ...environment(), GOFLAGS: "-mod=mod" };
  const { stdout } = await runOrFail("fetching Go", old, ["mod", "download", "-json", module], { cwd: tmpdir(), env });
  const root = JSON.parse(stdout).Dir;
  // Modules are unpacked without the right to run anything; later Go versions do this themselves.
  for (const folder of [join(root, "bin"), join(root, "pkg", "tool")]) {
    for (const name of readdirSync(folder, { recursive: true })) {
      if (statSync(join(folder, name)).isFile()) chmodSync(join(folder, name), 0o755);
    }
  }
  return join(root, "bin", "go");
}

function canInstallPackages() {
  if (process.getuid?.() !== 0) return false;
  try {
    accessSync("/usr/bin/apt-get", constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a usable go command; installs the distribution's if there is none. */
export async function ensureGo(log) {
  let { go, problem } = await findGo(log);
  if (go) return go;
  if (canInstallPackages()) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    log(`toolchain: ${problem}; installing the distribution's golang-go`);
    await runOrFail("apt-get update", "apt-get", ["update", "-q"], { env });
    await runOrFail("installing Go", "apt-get", ["install", "-qy", "--no-install-recommends", "golang-go"], { env });
    ({ go, problem } = await findGo(log));
    if (go) return go;
  }
  throw new ToolchainError(
    `Go ${switchesToolchain.join(".")} or later is needed to build the toolchain: ${problem}.\n` +
      `  Install it (Debian: apt-get install golang-go; others: the archive of go.dev, unpacked to /usr/local/go)\n` +
      `  and run this again. Go then fetches version ${versions.go} by itself if it is older.`,
  );
}
