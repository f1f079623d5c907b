/**
 * Run on the machine that deploys, by source-volume.ts: puts the files of a source into a volume, through Docker's own
 * connection, so that it is the same for a host far away.
 *
 *     send-source.ts '{"source": …, "id": …, "platform": …, "image": …, "owner": "33:33", "overlay": …}'
 *
 * The volume's name comes by the environment (VOLUME), the host's Docker too (DOCKER_HOST).
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { output } from "../../cli/run";
import { sourceId, type Source } from "./source";

/** What is put among the files of a source. */
export interface Overlay {
  /** Made if they aren't there: where volumes will be mounted, which a read-only volume has no room for later. */
  readonly directories: readonly string[];
  /** Text by path; takes the place of the source's own. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Sending {
  readonly source: Source;
  /** What was planned; if the directory is another by now, nothing is sent. */
  readonly id: string;
  readonly platform: string;
  /** Any image that the host has. It isn't run. */
  readonly image: string;
  /** `uid:gid` of the files. */
  readonly owner: string;
  readonly overlay: Overlay;
}

async function main(): Promise<void> {
  const sending = JSON.parse(process.argv[2] ?? "") as Sending; // made by source-volume.ts
  const { source, id, platform, overlay } = sending;
  const volume = process.env["VOLUME"] ?? "";
  const scratch = mkdtempSync(join(tmpdir(), "oneforall-source-"));
  const made = join(scratch, "made");
  let helper = "";
  try {
    writeOverlay(overlay, made);
    // A new volume takes the files of the image where it is mounted.
    const [image, target, copied] =
      "image" in source ? [source.image, source.path, ""] : [sending.image, "/oneforall-source", ",volume-nocopy"];
    const labels = ["--label", `io.oneforall.platform=${platform}`, "--label", "io.oneforall.helper=1"];
    const mount = ["--mount", `type=volume,src=${volume},dst=${target}${copied}`];
    helper = (await output("docker", ["create", "--network", "none", ...labels, ...mount, image, "true"])).trim();
    if (!("image" in source)) {
      const from = "git" in source ? await checkOut(source, join(scratch, "git")) : resolve(source.directory);
      if (sourceId(source, process.cwd()) !== id)
        throw new Error(`${from} changed while it was deployed; run up again`);
      await copy(from, sending.owner, `${helper}:${target}`);
    }
    await copy(made, sending.owner, `${helper}:${target}`);
  } finally {
    if (helper !== "") await output("docker", ["rm", "-fv", helper]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function writeOverlay({ directories, files = {} }: Overlay, to: string): void {
  mkdirSync(to);
  for (const directory of directories) mkdirSync(join(to, directory), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), content);
  }
}

/** The files of a directory, readable for all and writable for their owner only. */
async function copy(from: string, owner: string, to: string): Promise<void> {
  const [user, group] = owner.split(":");
  const ids = ["--numeric-owner", `--owner=${user}`, `--group=${group}`, "--mode=u+rwX,go+rX,go-w"];
  await pipe(["tar", ...ids, "--exclude=./.git", "-cf", "-", "-C", from, "."], ["docker", "cp", "-", to]);
}

/** One commit without its history. A server that gives no single commits is asked for everything. */
async function checkOut({ git, commit }: { git: string; commit: string }, folder: string): Promise<string> {
  const run = (...words: string[]) => output("git", ["-C", folder, ...words]);
  mkdirSync(folder);
  await run("init", "--quiet");
  await run("fetch", "--quiet", "--depth=1", git, commit).catch(() => run("fetch", "--quiet", git));
  await run("checkout", "--quiet", "--detach", commit);
  return folder;
}

/** `left | right`, where both have to succeed. */
async function pipe(left: readonly string[], right: readonly string[]): Promise<void> {
  const [[from = "", ...fromWords], [to = "", ...toWords]] = [left, right];
  const reading = spawn(from, fromWords, { stdio: ["ignore", "pipe", "inherit"] });
  const writing = spawn(to, toWords, { stdio: ["pipe", "ignore", "inherit"] });
  // One that ended early says why by itself.
  writing.stdin.on("error", () => undefined);
  reading.stdout.pipe(writing.stdin);
  const ended = (child: ChildProcess) =>
    new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
  const codes = await Promise.all([ended(reading), ended(writing)]);
  if (codes.some((code) => code !== 0)) throw new Error(`${from} into ${to} ended with ${codes.join(" and ")}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
