/** What building images needs of the machine: the Docker client, a lock between processes, the extra certificates. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** A command that failed, with the end of what it printed. */
export class CommandFailed extends Error {
  constructor(command: string, code: number | null, output: string) {
    const lines = output
      // eslint-disable-next-line no-control-regex -- the builder colours what a step wrote to stderr
      .replace(/\x1b\[\d*m/g, "")
      .split("\n")
      .filter((line) => line.trim() !== "");
    const cause = causeOf(lines) ?? `${command} printed nothing`;
    super(
      lines.length < 2
        ? cause
        : [`${cause} (status ${code ?? "unknown"})`, ...lines.slice(-40).map((line) => `  | ${line}`)].join("\n"),
    );
  }
}

/** The line that says why; what follows it in the output of a build is usually its consequence. */
export function causeOf(lines: string[]): string | undefined {
  const summary = /^The command '.*' returned a non-zero code/;
  const telling =
    /^(E|error|fatal|panic|failed)\b.*: |: (error|fatal): |cannot |could not |not found|No space left|refused|denied|x509|timed? ?out/i;
  const said = lines.map((line) => line.trim()).filter((line) => line !== "" && !summary.test(line));
  return said.find((line) => telling.test(line)) ?? said.at(-1);
}

/** What runs now, so that an interruption ends it: a build that nobody waits for is cancelled, not left running. */
const running = new Set<ChildProcess>();
let interrupted = false;

/** Ends what runs; from now on only the commands that clean up run. */
export function interrupt(): void {
  interrupted = true;
  for (const child of running) child.kill();
}

export function wasInterrupted(): boolean {
  return interrupted;
}

process.once("exit", interrupt);

export interface RunOptions {
  /** Runs after an interruption as well. */
  cleanup?: boolean;
  input?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs to the end and gives stdout; throws with stdout and stderr as they came. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  if (interrupted && !options.cleanup) throw new Error("interrupted");
  const child = spawn(command, args, { env: options.env ?? process.env });
  running.add(child);
  let stdout = "";
  let all = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => ((stdout += text), (all += text)));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
  child.stdin.on("error", () => undefined); // the child's own message tells more than our broken pipe
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => ((all += `${error.message}\n`), resolve(null)));
    child.on("close", resolve);
  });
  running.delete(child);
  if (code !== 0) throw new CommandFailed(`${command} ${args[0] ?? ""}`, code, all);
  return stdout;
}

export class Docker {
  /** Short name of the Docker host: two hosts may be built for at once. */
  readonly key: string;

  constructor(readonly host: string | undefined) {
    const address = host ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
    this.key = createHash("sha256").update(address).digest("hex").slice(0, 8);
  }

  run(args: string[], options: RunOptions = {}): Promise<string> {
    // The classic builder is part of every engine; buildx is a plugin that a distribution may not have.
    const env = {
      ...process.env,
      DOCKER_BUILDKIT: "0",
      DOCKER_CLI_HINTS: "false",
      ...(this.host && { DOCKER_HOST: this.host }),
    };
    return run("docker", args, { ...options, env });
  }

  async has(tag: string): Promise<boolean> {
    return (await this.run(["image", "ls", "--quiet", "--filter", `reference=${tag}`])).trim() !== "";
  }

  /** All tags of images that this project built. */
  async ownTags(): Promise<string[]> {
    const listing = await this.run([
      "image",
      "ls",
      "--filter",
      "label=io.oneforall.recipe",
      "--format",
      "{{.Repository}}:{{.Tag}}",
    ]);
    return listing.split("\n").filter((tag) => tag.startsWith("oneforall/") && !tag.endsWith(":<none>"));
  }
}

/** A folder that only this user can put lock files in. */
function lockFolder(): string {
  const folder = join(tmpdir(), `oneforall-images-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== userInfo().uid)
    throw new Error(`${folder} belongs to somebody else; remove it`);
  return folder;
}

function lockFile(docker: Docker, name: string): string {
  return join(lockFolder(), `${docker.key}-${name}`);
}

/**
 * Holds a lock while the work runs. The lock is a `flock` process that reads our pipe: however this process ends, the pipe
 * closes and the lock is free, so there is no stale lock to clear.
 */
export async function withLock<T>(
  docker: Docker,
  name: string,
  how: "shared" | "exclusive",
  work: () => Promise<T>,
): Promise<T> {
  const file = lockFile(docker, name);
  // flock hands its open file on as descriptor 3; a file that was removed while we waited for it locks nobody out.
  const script = 'if [ /proc/self/fd/3 -ef "$1" ]; then echo held; else echo removed; fi; exec cat >/dev/null';
  const holder = spawn("flock", [`--${how}`, file, "sh", "-c", script, "sh", file], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // Ctrl-C ends us, and only thereby the lock
  });
  const release = () => new Promise((resolve) => (holder.once("close", resolve), holder.stdin.end()));
  running.add(holder); // an interruption ends the waiting; once held, the lock lasts until the clean-up is done
  const patience = setTimeout(() => process.stdout.write(`image ${name}: waiting for another build of it\n`), 2000);
  const answer = await new Promise<string>((resolve, reject) => {
    holder.on("error", () => reject(new Error("flock is missing: install util-linux")));
    holder.stdout.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
    holder.once("close", () => reject(new Error(`the lock of image ${name} could not be had`)));
  }).finally(() => {
    clearTimeout(patience);
    running.delete(holder);
  });
  if (answer !== "held") {
    await release();
    return withLock(docker, name, how, work);
  }
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Removes the lock files of images that are all gone, so that nothing of ours is left on the machine. */
export async function removeLocks(docker: Docker, names: string[]): Promise<void> {
  for (const name of names) {
    await withLock(docker, name, "exclusive", () => Promise.resolve(rmSync(lockFile(docker, name))));
  }
  try {
    rmdirSync(lockFolder());
  } catch {
    // Locks of another Docker host are still in it.
  }
}

/** The certificates that builder stages are given: the file that the machine's other programs are told to use. */
export function extraCa(): string | undefined {
  const file = process.env["SSL_CERT_FILE"];
  return file && existsSync(file) ? file : undefined;
}
