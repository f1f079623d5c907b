/** Docker as a test sees it: what is there before and after, and what each container really is. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { lines } from "../../../cli/docker";
import { output, run } from "../../../cli/run";

/** What `docker inspect` says of a container; only what tests ask. */
export interface Inspected {
  Id: string;
  Name: string;
  Config: {
    Image: string;
    User: string;
    Env: string[] | null;
    Cmd: string[] | null;
    Entrypoint: string[] | null;
    Labels: Record<string, string>;
    StopTimeout?: number;
    Healthcheck?: { Test?: string[] };
    Volumes: Record<string, object> | null;
  };
  HostConfig: {
    Binds: string[] | null;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    LogConfig: { Type: string; Config: Record<string, string> };
    Memory: number;
    MemorySwap: number;
    PidsLimit: number | null;
    NetworkMode: string;
    PortBindings: Record<string, { HostPort: string }[]> | null;
    Privileged: boolean;
    ReadonlyRootfs: boolean;
    RestartPolicy: { Name: string };
    SecurityOpt: string[] | null;
    Tmpfs?: Record<string, string> | null;
  };
  Mounts: { Type: string; Name?: string; Destination: string }[];
  NetworkSettings: { Networks: Record<string, object> };
  State: { Running: boolean };
}

/** Every container of a platform that Docker has, stopped ones too. */
export async function inspectAll(platform: string): Promise<Inspected[]> {
  const ids = lines(await output("docker", ["ps", "-aq", "--filter", `label=io.oneforall.platform=${platform}`]));
  return ids.length === 0 ? [] : (JSON.parse(await output("docker", ["inspect", ...ids])) as Inspected[]);
}

/**
 * Names of all that a platform has in Docker and on the host. On a machine of our own (CI) everything counts, whoever it
 * belongs to; elsewhere others may be at work, and only what bears the platform's name or label, and images, are ours.
 */
export async function snapshot(platform: string, everything = process.env["CI"] === "true"): Promise<string[]> {
  const label = ["--filter", `label=io.oneforall.platform=${platform}`];
  const list = async (kind: string, words: readonly string[], format: string): Promise<string[]> => {
    const ask = async (filter: readonly string[]) =>
      lines(await output("docker", [...words, ...filter, "--format", format])).map((name) => `${kind} ${name}`);
    if (everything) return ask([]);
    const all = await ask([]);
    return [...new Set([...(await ask(label)), ...all.filter((name) => name.includes(platform))])];
  };
  const images = lines(await output("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]));
  return [
    ...(await list("container", ["ps", "-a"], "{{.Names}}")),
    ...(await list("network", ["network", "ls"], "{{.Name}}")),
    ...(await list("volume", ["volume", "ls"], "{{.Name}}")),
    ...images.filter((name) => name.startsWith("oneforall/")).map((name) => `image ${name}`),
    ...hostFiles(platform),
  ].sort();
}

/** Files of ours outside Docker and the checkout. */
function hostFiles(platform: string): string[] {
  const home = process.getuid?.() === 0 ? "/var/lib/oneforall" : join(homedir(), ".local", "share", "oneforall");
  const own = join(home, platform);
  if (!existsSync(own)) return [];
  return ["", ...readdirSync(own, { recursive: true, encoding: "utf8" })].map((path) => `file ${join(own, path)}`);
}

/** What is there now and wasn't before. An image that another platform's containers use is theirs as well. */
export async function residueSince(before: readonly string[], platform: string): Promise<string[]> {
  const known = new Set(before);
  const added = (await snapshot(platform)).filter((one) => !known.has(one));
  const used = await Promise.all(
    added.map(async (one) => one.startsWith("image ") && (await usersOf(one.slice("image ".length), platform)) > 0),
  );
  return added.filter((_, index) => !used[index]);
}

/** How many containers of others use an image, or one made from it. */
async function usersOf(image: string, platform: string): Promise<number> {
  const format = '{{.Label "io.oneforall.platform"}}';
  const labels = await output("docker", ["ps", "-a", "--filter", `ancestor=${image}`, "--format", format]);
  return labels
    .split("\n")
    .slice(0, -1)
    .filter((label) => label !== platform).length;
}

/** The host's records that kept volumes must hold data, and the folders that they are in. */
export function isVolumeRecord(one: string): boolean {
  return /^file .*\/oneforall-[^/]+(\/(volumes(\/.*)?)?)?$/.test(one);
}

/**
 * Keeps images built here under a second name while a test lets the platform remove them: to build them again is
 * minutes, and is not what the test is about.
 */
export async function holdImages(): Promise<{ release(): Promise<void> }> {
  const tags = lines(await output("docker", ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]));
  const held = tags
    .filter((tag) => /^oneforall\/[^<]+$/.test(tag))
    .map((tag) => ({ tag, hold: `oneforall-held-${tag.slice(10)}` }));
  for (const { tag, hold } of held) await output("docker", ["image", "tag", tag, hold]);
  return {
    async release() {
      for (const { tag, hold } of held) {
        await output("docker", ["image", "tag", hold, tag]);
        await run("docker", ["image", "rm", hold]);
      }
    },
  };
}
