/** What must hold for every container of every platform (docs/architecture.md, invariants), as Docker itself sees it. */
import { output } from "../../../cli/run";
import type { Inspected } from "./docker";

/** Every broken invariant in words; nothing when all hold. */
export async function brokenInvariants(containers: readonly Inspected[]): Promise<string[]> {
  const all = await Promise.all(
    containers.map(async (one) =>
      broken(one, await imageVolumes(one.Config.Image)).map((what) => `${one.Name.slice(1)}: ${what}`),
    ),
  );
  return all.flat();
}

/** Paths that the image declares as volumes. */
async function imageVolumes(image: string): Promise<string[]> {
  const text = await output("docker", ["image", "inspect", "--format", "{{json .Config.Volumes}}", image]);
  return Object.keys((JSON.parse(text) as Record<string, object> | null) ?? {});
}

function broken(one: Inspected, volumes: readonly string[]): string[] {
  const { Config: config, HostConfig: host } = one;
  const labels = config.Labels;
  // Exceptions are declared with a reason; a service without one has none.
  const excepted = (labels["io.oneforall.exception"] ?? "") !== "";
  const published = (labels["io.oneforall.publishes"] ?? "").split(",").filter(Boolean);
  const ports = Object.entries(host.PortBindings ?? {}).flatMap(([inside, outside]) =>
    outside.map(({ HostPort }) => `${HostPort}/${inside.split("/")[1] ?? "tcp"}`),
  );
  const named = new Set([
    ...Object.keys(host.Tmpfs ?? {}),
    ...one.Mounts.filter(({ Type, Name = "" }) => Type === "volume" && !/^[0-9a-f]{64}$/.test(Name)).map(
      ({ Destination }) => Destination,
    ),
  ]);
  const checks: Record<string, boolean> = {
    "runs an image that is neither pinned by digest nor built here":
      /@sha256:[0-9a-f]{64}$|^oneforall\/[a-z0-9-]+:[0-9a-f]{12}$/.test(config.Image),
    "belongs to no service": (labels["io.oneforall.service"] ?? "") !== "",
    "has no health check": (config.Healthcheck?.Test?.length ?? 0) > 1,
    "isn't restarted after a crash or a reboot": host.RestartPolicy.Name === "unless-stopped",
    "has unbounded logs": "max-size" in host.LogConfig.Config && "max-file" in host.LogConfig.Config,
    "has unbounded memory": host.Memory > 0,
    "has unbounded processes": (host.PidsLimit ?? 0) > 0,
    "may swap": host.MemorySwap === host.Memory,
    "may gain privileges": (host.SecurityOpt ?? []).some((option) => option.startsWith("no-new-privileges")),
    "keeps Docker's default capabilities": (host.CapDrop ?? []).includes("ALL"),
    "has capabilities without a reason": excepted || (host.CapAdd ?? []).length === 0,
    "can write to its root without a reason": excepted || host.ReadonlyRootfs,
    "is privileged": !host.Privileged,
    "shares the host's network without a reason": excepted || host.NetworkMode !== "host",
    "sees the host's files without a reason": excepted || (host.Binds ?? []).length === 0,
    "is on Docker's default network": !("bridge" in one.NetworkSettings.Networks),
    "is killed without time to end": (config.StopTimeout ?? 0) >= 10,
    [`publishes ${ports.join(", ")}, declared are ${published.join(", ") || "none"}`]: ports.every((port) =>
      published.includes(port),
    ),
    "has an image volume without a name": volumes.every((path) => named.has(path)),
  };
  return Object.entries(checks).flatMap(([what, holds]) => (holds ? [] : [what]));
}
