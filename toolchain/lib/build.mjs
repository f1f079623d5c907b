// Building a piece from the Go module proxy. What may be built is fixed by the go.sum of each module.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { here, sourceHash, stampPath, versions } from "./pieces.mjs";
import { run, runOrFail, ToolchainError } from "./run.mjs";

/** From this version on Go fetches a newer toolchain by itself when a module asks for one. */
const switchesToolchain = [1, 21];

/** How often a line is printed where there is no terminal to update one. */
const quietSeconds = 20;

function environment() {
  return {
    ...process.env,
    // The user's own settings (-mod=mod, a workspace, tags) must not change what is built.
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOWORK: "off",
    GOTOOLCHAIN: "auto",
    // Works without a C compiler, and the result doesn't depend on the machine's libc.
    CGO_ENABLED: "0",
  };
}

/** [major, minor] of a go command; from / so that no go.mod makes it answer for another version. */
async function goVersion(go) {
  try {
    const { stdout } = await run(go, ["env", "GOVERSION"], {
      cwd: "/",
      env: { ...environment(), GOTOOLCHAIN: "local" },
    });
    const parts = /^go(\d+)\.(\d+)/.exec(stdout.trim());
    return parts ? [Number(parts[1]), Number(parts[2])] : undefined;
  } catch (error) {
    if (error instanceof ToolchainError) throw error;
    return undefined;
  }
}

const atLeast = (version, wanted) => version && (version[0] - wanted[0] || version[1] - wanted[1]) >= 0;

async function findGo() {
  const folders = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => name.startsWith("go-1.")) : [];
  const candidates = [
    "go",
    "/usr/local/go/bin/go",
    ...folders
      .sort()
      .reverse()
      .map((name) => `/usr/lib/${name}/bin/go`),
  ];
  let found;
  for (const go of candidates) {
    const version = await goVersion(go);
    if (atLeast(version, switchesToolchain)) return { go };
    if (version) found ??= `${go} is version ${version.join(".")}`;
  }
  return { found };
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
  let { go, found } = await findGo();
  if (go) return go;
  const wanted = switchesToolchain.join(".");
  if (canInstallPackages()) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    log(`toolchain: ${found ?? "Go is not installed"}; installing the distribution's golang-go`);
    await runOrFail("apt-get update", "apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-qy", "--no-install-recommends", "golang-go"], { env });
    ({ go, found } = await findGo());
    if (go) return go;
    const { stdout } = await run("sh", ["-c", ". /etc/os-release; echo $VERSION_CODENAME"]);
    const backports = `${stdout.trim()}-backports`;
    log(`toolchain: ${found ?? "no package golang-go"}; trying ${backports}`);
    await run("apt-get", ["install", "-qy", "--no-install-recommends", "-t", backports, "golang-go"], { env });
    ({ go, found } = await findGo());
    if (go) return go;
  }
  throw new ToolchainError(
    `Go ${wanted} or later is needed to build the toolchain, and ${found ?? "there is none on this machine"}.\n` +
      `  Install it (Debian: apt-get install golang-go, or from its backports; others: the archive of go.dev, unpacked to /usr/local/go)\n` +
      `  and run this again. Go then fetches version ${versions.go} by itself if it needs to.`,
  );
}

const asTime = (seconds) => (seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`);

/** Builds one piece to a temporary name and renames it into place: there is never half a binary under its real name. */
export async function build(piece, go, title, { log, progress }) {
  const folder = dirname(piece.binary);
  const temporary = join(folder, `.${piece.source}.building`);
  mkdirSync(folder, { recursive: true });
  const source = sourceHash(piece);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const tick = (now) => {
    if (progress) progress(`${title}: building (${asTime(now)})`);
    else if (now % quietSeconds === 0) log(`${title}: building (${asTime(now)})`);
  };
  try {
    const flags = ["build", "-trimpath", "-ldflags", `-s -w ${piece.linkerFlags}`, "-o", temporary, piece.package];
    await runOrFail(`building the ${piece.name}`, go, flags, {
      cwd: join(here, "go", piece.source),
      env: environment(),
      tick,
    });
    for (const [name, text] of Object.entries(piece.scripts ?? {})) {
      writeFileSync(join(folder, `.${name}.new`), text, { mode: 0o755 });
      renameSync(join(folder, `.${name}.new`), join(folder, name));
    }
    // The stamp goes first: interrupted here, the old binary counts as built from other sources.
    rmSync(stampPath(piece), { force: true });
    chmodSync(temporary, 0o755);
    renameSync(temporary, piece.binary);
    writeFileSync(stampPath(piece), `${source}\n`);
    rmSync(`${folder}.partial`, { force: true });
  } finally {
    rmSync(temporary, { force: true });
  }
  log(`${title}: built in ${asTime(seconds())}`);
}
