/** Who listens on a TCP port of this machine: a container of ours, another container, or a process. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { LABEL, lines } from "./docker";
import { run } from "./run";

export type PortHolder =
  | { readonly kind: "ours"; readonly name: string }
  | { readonly kind: "container"; readonly name: string }
  | { readonly kind: "process"; readonly name: string; readonly pid?: number };

export async function holderOf(
  port: number,
  ours: { readonly platform: string; readonly askDocker: boolean },
): Promise<PortHolder | undefined> {
  // Containers first: the process that listens for them is Docker's proxy, or none at all.
  if (ours.askDocker) {
    const format = `{{.Names}}\t{{.Label "${LABEL.platform}"}}\t{{.Ports}}`;
    const { stdout } = await run("docker", ["ps", "--filter", `publish=${port}/tcp`, "--format", format]);
    for (const line of lines(stdout)) {
      const [name = "", platform, published = ""] = line.split("\t");
      // The filter also finds containers that only have this port inside.
      if (!published.includes(`:${port}->`)) continue;
      return platform === ours.platform ? { kind: "ours", name } : { kind: "container", name };
    }
  }
  const inode = listeningInode(port);
  return inode === undefined ? undefined : processWith(inode);
}

/** The socket that listens on this port, from the kernel's tables. */
function listeningInode(port: number): string | undefined {
  const LISTEN = "0A";
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of read(file).split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local?.endsWith(`:${wanted}`)) return inode;
    }
  }
  return undefined;
}

/** The process that has the socket open. Another user's can't be seen without root: then it has no name. */
function processWith(inode: string): PortHolder {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`);
      if (!files.some((file) => readlinkSync(`/proc/${pid}/fd/${file}`) === `socket:[${inode}]`)) continue;
      return { kind: "process", name: read(`/proc/${pid}/comm`).trim(), pid: Number(pid) };
    } catch {
      // ended meanwhile, or not ours to see
    }
  }
  return { kind: "process", name: "a process of another user" };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
