// The official way: the CLI's archive from Pulumi's download site, the plugins through the CLI itself.
import { createHash } from "node:crypto";
import { createReadStream, cpSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cliPath, stampPath, versions } from "./pieces.mjs";
import { run, runOrFail, ToolchainError } from "./run.mjs";

const site = "https://get.pulumi.com/releases";
const releases = "https://github.com/pulumi";
/** Whether the site answers has to be known quickly: where it doesn't, every run would wait for this. */
const probeSeconds = 5;

const system = { linux: "linux", darwin: "darwin" }[process.platform];
/** The CLI's archives say x64, the plugins' amd64. */
const cliArch = { x64: "x64", arm64: "arm64" }[process.arch];
const pluginArch = { x64: "amd64", arm64: "arm64" }[process.arch];

const cliArchive = `pulumi-v${versions.pulumi}-${system}-${cliArch}.tar.gz`;

/** curl and not fetch: it knows the proxy and CA settings of company networks, and Node 20's fetch doesn't. */
async function curl(args, options) {
  return await run("curl", ["--fail", "--silent", "--show-error", "--location", ...args], options);
}

/** Whether the official downloads can be reached from here; the reason if not. */
export async function probe() {
  if (!system || !cliArch) return `there is no download for ${process.platform}/${process.arch}`;
  try {
    const { code, stderr } = await curl([
      "--head",
      "--output",
      "/dev/null",
      "--max-time",
      String(probeSeconds),
      `${site}/sdk/${cliArchive}`,
    ]);
    return code === 0 ? undefined : stderr.trim() || `curl ended with ${code}`;
  } catch (error) {
    if (error instanceof ToolchainError) throw error;
    return error.code === "ENOENT" ? "curl is not installed" : error.message;
  }
}

/** The published SHA-256 of a release file; undefined where the list can't be had. */
async function publishedChecksum(list, file) {
  const { code, stdout } = await curl(["--max-time", "30", list]);
  if (code !== 0) return undefined;
  const line = stdout.split("\n").find((text) => text.trim().endsWith(file));
  return line?.trim().split(/\s+/)[0];
}

async function sha256(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

async function downloadCli(home, title, log) {
  const target = dirname(dirname(cliPath(home)));
  const staging = `${target}.downloading`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    const archive = join(staging, cliArchive);
    log(`${title}: downloading`);
    const fetched = await curl(["--retry", "3", "--output", archive, `${site}/sdk/${cliArchive}`]);
    if (fetched.code !== 0) throw new ToolchainError(`downloading ${cliArchive} failed: ${fetched.stderr.trim()}`);
    const list = `${releases}/pulumi/releases/download/v${versions.pulumi}/pulumi-${versions.pulumi}-checksums.txt`;
    const wanted = await publishedChecksum(list, cliArchive);
    if (!wanted) log(`${title}: the published checksums can't be reached; trusting TLS alone`);
    else if (wanted !== (await sha256(archive))) {
      throw new ToolchainError(`${cliArchive} doesn't have its published SHA-256 ${wanted}; nothing was installed`);
    }
    await runOrFail("unpacking the CLI", "tar", ["-xzf", archive, "-C", staging]);
    mkdirSync(join(target, "bin"), { recursive: true });
    // The CLI itself goes last: its presence says that everything beside it is complete.
    const unpacked = join(staging, "pulumi");
    const files = readdirSync(unpacked).sort((a, b) => Number(a === "pulumi") - Number(b === "pulumi"));
    for (const file of files) {
      cpSync(join(unpacked, file), join(target, "bin", `.${file}.new`), { recursive: true });
      rmSync(join(target, "bin", `.${file}.built-from`), { force: true });
      renameSync(join(target, "bin", `.${file}.new`), join(target, "bin", file));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  log(`${title}: downloaded`);
}

/** One piece from upstream. The CLI's archive holds the language host too. */
export async function download(piece, home, title, log) {
  if (!piece.plugin) return await downloadCli(home, title, log);
  const { plugin, version } = piece;
  log(`${title}: downloading`);
  const list = `${releases}/pulumi-${plugin}/releases/download/v${version}/pulumi-${plugin}_${version}_checksums.txt`;
  const checksum = await publishedChecksum(
    list,
    `pulumi-resource-${plugin}-v${version}-${system}-${pluginArch}.tar.gz`,
  );
  const args = ["plugin", "install", "resource", plugin, version, ...(checksum ? ["--checksum", checksum] : [])];
  // A built one is in the way; the CLI keeps its own lock and marks an unfinished folder.
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  await runOrFail(`downloading the ${piece.name}`, cliPath(home), [...args, "--reinstall"], { env });
  rmSync(stampPath(piece), { force: true });
  log(`${title}: downloaded`);
}
