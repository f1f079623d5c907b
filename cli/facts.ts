/** What the preflight judges: gathered here, judged in preflight.ts. Nothing is changed. */
import { existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { arch, totalmem, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { platformName, readSettings, ROOT } from "./paths";
import { holderOf, type PortHolder } from "./ports";
import { output, run } from "./run";

export type DockerState =
  | { readonly state: "answers"; readonly version: string }
  | { readonly state: "forbidden" }
  | { readonly state: "stopped" }
  | { readonly state: "missing" };

export interface Facts {
  readonly nodeVersion: string;
  readonly system: NodeJS.Platform;
  readonly architecture: string;
  readonly distribution: { readonly name: string; readonly debianFamily: boolean };
  readonly user: { readonly name: string; readonly root: boolean };
  readonly memoryBytes: number;
  readonly disk: { readonly path: string; readonly freeBytes: number };
  readonly docker: DockerState;
  readonly ports: readonly { readonly port: number; readonly setting: string; readonly holder?: PortHolder }[];
  readonly clock: { readonly now: Date; readonly lastCommit?: Date; readonly synchronised?: boolean };
}

export async function gatherFacts(stack: string): Promise<Facts> {
  const docker = await dockerState();
  const dataRoot = docker.state === "answers" ? await dockerRoot() : "/var/lib/docker";
  return {
    nodeVersion: process.versions.node,
    system: process.platform,
    architecture: arch(),
    distribution: distribution(),
    user: { name: userInfo().username, root: process.getuid?.() === 0 },
    memoryBytes: totalmem(),
    disk: freeDisk(dataRoot),
    docker,
    ports: await edgePorts(stack, docker),
    clock: { now: new Date(), ...(await clockHints()) },
  };
}

async function dockerState(): Promise<DockerState> {
  const { code, stdout, stderr } = await run("docker", ["version", "--format", "{{.Server.Version}}"], {
    timeoutSeconds: 20,
  });
  if (code === 0) return { state: "answers", version: stdout.trim() };
  if (code === 127) return { state: "missing" };
  if (/permission denied/i.test(stderr)) return { state: "forbidden" };
  return { state: process.env["DOCKER_HOST"] || daemonInstalled() ? "stopped" : "missing" };
}

/** The client alone is no Docker. Looked for where packages put the daemon, too: a user's PATH may lack sbin. */
function daemonInstalled(): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/snap/bin"];
  return folders.some((folder) => existsSync(join(folder, "dockerd")));
}

async function dockerRoot(): Promise<string> {
  return (await output("docker", ["info", "--format", "{{.DockerRootDir}}"])).trim();
}

/** Free bytes where this path is, or will be. A daemon elsewhere has its root elsewhere too: then our own disk counts. */
function freeDisk(path: string): Facts["disk"] {
  let at = path;
  while (!existsSync(at) && at !== "/") at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  return { path, freeBytes: bavail * bsize };
}

function distribution(): Facts["distribution"] {
  let text = "";
  try {
    text = readFileSync("/etc/os-release", "utf8");
  } catch {
    // not Linux, or one that says nothing about itself
  }
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)`, "m").exec(text)?.[1] ?? "";
  const names = `${value("ID")} ${value("ID_LIKE")}`.split(" ");
  return {
    name: value("PRETTY_NAME") || process.platform,
    debianFamily: names.some((name) => name === "debian" || name === "ubuntu"),
  };
}

async function edgePorts(stack: string, docker: DockerState): Promise<Facts["ports"]> {
  const edge = (readSettings(stack)["edge"] ?? {}) as { httpPort?: unknown; httpsPort?: unknown };
  const wanted = [
    { setting: "httpPort", port: Number(edge.httpPort ?? 80) },
    { setting: "httpsPort", port: Number(edge.httpsPort ?? 443) },
  ];
  const ours = { platform: platformName(stack), askDocker: docker.state === "answers" };
  return Promise.all(wanted.map(async ({ setting, port }) => ({ setting, port, holder: await holderOf(port, ours) })));
}

async function clockHints(): Promise<{ lastCommit?: Date; synchronised?: boolean }> {
  const [commit, ntp] = await Promise.all([
    run("git", ["-C", ROOT, "log", "-1", "--format=%ct"]),
    run("timedatectl", ["show", "--property=NTPSynchronized", "--value"], { timeoutSeconds: 5 }),
  ]);
  const seconds = Number(commit.stdout.trim());
  return {
    lastCommit: commit.code === 0 && seconds > 0 ? new Date(seconds * 1000) : undefined,
    synchronised: ntp.code === 0 ? ntp.stdout.trim() === "yes" : undefined,
  };
}

/** A place of ours on the disk, readable by its owner only. */
export function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
