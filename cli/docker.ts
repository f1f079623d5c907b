/** What a command wants to know of Docker, asked through its own client (the person's DOCKER_HOST holds). */
import { output, run } from "./run";

/** Labels of ours; components/core/naming.ts makes them. */
export const LABEL = {
  platform: "io.oneforall.platform",
  service: "io.oneforall.service",
  content: "io.oneforall.content",
} as const;

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly running: boolean;
  /** Docker's opinion; "none" without a health check. */
  readonly health: "healthy" | "unhealthy" | "starting" | "none";
  /** The health check's command, as `docker exec` takes it. */
  readonly probe: readonly string[];
  readonly finishedAt: string;
  readonly exitCode: number;
}

interface Inspected {
  Id: string;
  Name: string;
  Config: { Labels: Record<string, string> | null; Healthcheck?: { Test?: string[] } };
  State: { Running: boolean; ExitCode: number; FinishedAt: string; Health?: { Status: Container["health"] } };
}

/** Every container of a platform, stopped ones too. */
export async function containersOf(platform: string): Promise<Container[]> {
  const ids = lines(
    await output("docker", ["ps", "-aq", "--no-trunc", "--filter", `label=${LABEL.platform}=${platform}`]),
  );
  if (ids.length === 0) return [];
  // One may go while we look: then docker inspect fails for it and tells of the others all the same.
  const { stdout } = await run("docker", ["inspect", "--type", "container", ...ids]);
  return (JSON.parse(stdout || "[]") as Inspected[]).map((one) => ({
    id: one.Id,
    name: one.Name.replace(/^\//, ""),
    service: one.Config.Labels?.[LABEL.service] ?? "",
    running: one.State.Running,
    health: one.State.Health?.Status ?? "none",
    probe: probeOf(one.Config.Healthcheck?.Test ?? []),
    finishedAt: one.State.FinishedAt,
    exitCode: one.State.ExitCode,
  }));
}

function probeOf([kind, ...words]: readonly string[]): readonly string[] {
  if (kind === "CMD") return words;
  return kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : [];
}

/** Names of the platform's volumes; `content` ones hold rendered files only and can be made again at any time. */
export async function volumesOf(platform: string): Promise<{ name: string; content: boolean }[]> {
  const format = `{{.Name}}\t{{.Label "${LABEL.content}"}}`;
  const filter = ["--filter", `label=${LABEL.platform}=${platform}`];
  return lines(await output("docker", ["volume", "ls", ...filter, "--format", format])).map((line) => {
    const [name = "", content = ""] = line.split("\t");
    return { name, content: content !== "" };
  });
}

export async function networksOf(platform: string): Promise<{ id: string; name: string }[]> {
  const filter = ["--filter", `label=${LABEL.platform}=${platform}`, "--no-trunc"];
  return lines(await output("docker", ["network", "ls", ...filter, "--format", "{{.ID}}\t{{.Name}}"])).map((line) => {
    const [id = "", name = ""] = line.split("\t");
    return { id, name };
  });
}

/** Whether each object is there, by kind and id. */
export async function missing(kind: "container" | "network" | "volume", ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const format = kind === "volume" ? "{{.Name}}" : "{{.Id}}";
  const { stdout } = await run("docker", [kind, "inspect", "--format", format, ...ids]);
  const there = new Set(lines(stdout));
  return ids.filter((id) => !there.has(id));
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
