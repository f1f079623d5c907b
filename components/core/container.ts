/** A service's declaration as the arguments of a Docker container. Pure; the defaults here are the platform's hardening. */
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { CatalogueEntry } from "../../images/recipe";
import type { ResolvedImage } from "./image";
import { dockerLabels, dockerName, LABELS } from "./naming";
import type { HealthCheck, PublishedPort, ServiceSpec } from "./spec";
import { goDuration, mebibytes, seconds } from "./units";
import { LENT_SHELL, type MountedVolume } from "./volumes";

/** A database server and the services that use it; nobody else, and no way out. */
export type DatabaseNetwork = "postgres" | "mysql" | "redis";

/** The platform's networks. `edge`: HAProxy and what it routes to. `monitoring`: Prometheus and what it scrapes. */
export type NetworkName = "edge" | "monitoring" | DatabaseNetwork;

export interface ContainerPlan {
  readonly platform: string;
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly image: ResolvedImage;
  readonly networks: Readonly<Partial<Record<NetworkName, pulumi.Input<string>>>>;
  readonly mounts: readonly MountedVolume[];
  /** What the guard compares with the markers in stateful volumes: path to identity. */
  readonly identities: Readonly<Record<string, string>>;
}

/**
 * Arguments that a container takes only when it is created, but whose change the provider records without making it: the
 * ones it updates in place to no effect (upstream's Update), and blocks of which an entry changed while their number
 * stayed (Terraform's sets; tried with `mounts`).
 */
export const ONLY_AT_CREATION = [
  "capabilities",
  "devices",
  "healthcheck",
  "init",
  "labels",
  "mounts",
  "networksAdvanced",
  "ports",
  "tmpfs",
  "ulimits",
] as const;

/** Where a container finds its secrets. */
export const RUN_SECRETS = "/run/secrets";

/**
 * Whether a service's containers are replaced one beside the other, without a lost request: it answers HTTP through the
 * edge and has nothing that two containers can't share.
 */
export function isRolling(spec: ServiceSpec): boolean {
  const shareable = !spec.volumes?.length && !spec.publish?.length && !spec.liveConfig && !spec.hardening?.network;
  // The edge's slots are those of one backend.
  const [route, ...others] = spec.routes ?? [];
  return shareable && route?.kind === "http" && others.length === 0;
}

/** The networks that follow from what a service declares. */
export function networksOf(spec: ServiceSpec): NetworkName[] {
  if (spec.hardening?.network === "host") return [];
  const joins = new Set<NetworkName>(spec.joins);
  if (spec.routes?.length) joins.add("edge");
  if (spec.metrics?.length) joins.add("monitoring");
  for (const { network } of spec.uses ?? []) joins.add(network);
  return [...joins].sort();
}

const BUSYBOX = `${LENT_SHELL}/busybox`;

/** The probe of a health check, as a command run in the container. */
export function probeCommand(health: HealthCheck, image: CatalogueEntry): string[] {
  if ("command" in health) return [...health.command];
  const { address, port, path } = health.http;
  return [
    ...(image.shell ? [] : [BUSYBOX]),
    "wget",
    "-q",
    "-T",
    "5",
    "-O",
    "/dev/null",
    `http://${address ?? "127.0.0.1"}:${port}${path}`,
  ];
}

/**
 * Run before the image's own entrypoint where a service has data or a live configuration. It refuses to start on a
 * volume that isn't the service's (a lost mount bites at reboot, when no `up` looks), and waits for the first
 * configuration.
 */
const GUARD = [
  // Only what a shell has built in, and "$0 sleep": an image whose shell is lent has nothing else.
  'while [ "$1" != -- ]; do',
  "  case $1 in",
  '    data) { IFS= read -r found <"$2/.oneforall"; } 2>/dev/null || found="nothing of a platform (an empty volume, or another path)"',
  '      [ "$found" = "$3" ] || { echo "oneforall: not starting. Expected: the data of $3 in $2. Found: $found. Mount or restore that data; docs/operations.md, A volume is refused." >&2; "$0" sleep 5; exit 78; }',
  "      shift 3 ;;",
  '    live) until [ -e "$2/current" ]; do "$0" sleep 0.2; done; shift 2 ;;',
  "  esac",
  "done",
  "shift",
  'exec "$@"',
].join("\n");

export function containerArgs(plan: ContainerPlan): docker.ContainerArgs {
  const { platform, service, spec, image } = plan;
  const exceptions = spec.hardening;
  const memory = mebibytes(spec.limits.memory);
  const grace = seconds(spec.stopGrace ?? "30s");
  const process = startCommand(plan);
  return {
    // A rolling container is never named: old and new ones live side by side, and a name that was used before wedges.
    name: isRolling(spec) ? undefined : dockerName(platform, service),
    image: image.ref,
    user: spec.user ?? image.entry.user,
    entrypoints: process.entrypoint,
    command: process.command,
    envs: Object.entries(spec.environment ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    labels: dockerLabels(platform, {
      service,
      exception: exceptions?.because,
      publishes: spec.publish && publishedPorts(spec.publish),
    }),
    init: spec.init ?? false,
    restart: "unless-stopped",
    mustRun: true,
    // The gate is the signal; see host-scripts/gate.
    wait: false,
    ...networkArgs(plan),
    ports: (spec.publish ?? [])
      .map((port) => ({
        internal: port.container,
        external: port.host,
        ip: port.address ?? "0.0.0.0",
        protocol: port.protocol ?? "tcp",
      }))
      .sort((a, b) => a.external - b.external),
    mounts: [
      ...plan.mounts.map((mount) => ({
        type: "volume",
        source: mount.name,
        target: mount.path,
        readOnly: mount.readOnly,
      })),
      ...(spec.hostPaths ?? []).map((path) => ({
        type: "bind",
        source: path.host,
        target: path.container,
        readOnly: path.readOnly ?? true,
        bindOptions: path.propagation && { propagation: path.propagation },
      })),
    ],
    tmpfs: tmpfs(spec, image),
    devices: (exceptions?.devices ?? []).map((path) => ({ hostPath: path, containerPath: path, permissions: "r" })),
    readOnly: exceptions?.readOnlyRoot ?? true,
    capabilities: { drops: ["ALL"], adds: [...(exceptions?.capabilities ?? [])].sort() },
    securityOpts: ["no-new-privileges:true"],
    pidMode: exceptions?.pid,
    memory,
    // Equal to the limit: no swap. Unset, the provider shows a change on every preview (measured).
    memorySwap: memory,
    ulimits: [{ name: "nofile", soft: spec.limits.openFiles ?? 4096, hard: spec.limits.openFiles ?? 4096 }],
    logDriver: "json-file",
    // The tag and the label tell the log collector whose line it is.
    logOpts: { "max-size": "10m", "max-file": "3", tag: "{{.Name}}", labels: LABELS.service },
    healthcheck: healthcheck(spec.health, image.entry),
    stopTimeout: grace,
    // Unset means an immediate SIGKILL at deletion, whatever stopTimeout says.
    destroyGraceSeconds: grace,
    removeVolumes: true,
  };
}

/** The published ports as one word, for the label that the policy compares. */
export function publishedPorts(ports: readonly PublishedPort[]): string {
  return ports
    .map((port) => `${port.host}/${port.protocol ?? "tcp"}`)
    .sort()
    .join(",");
}

function startCommand({ spec, image, identities }: ContainerPlan): { entrypoint?: string[]; command?: string[] } {
  const own = [...image.entry.entrypoint, ...(spec.command ?? image.entry.command)];
  const guarded = [
    ...Object.entries(identities).flatMap(([path, identity]) => ["data", path, identity]),
    ...(spec.liveConfig ? ["live", spec.liveConfig.directory] : []),
  ];
  if (guarded.length === 0) return { command: spec.command && [...spec.command] };
  // The word after the text is its $0: a program that runs another one by name.
  const shell = image.entry.shell ? ["/bin/sh", "-c", GUARD, "env"] : [BUSYBOX, "sh", "-c", GUARD, BUSYBOX];
  return { entrypoint: shell, command: [...guarded, "--", ...own] };
}

function networkArgs({ spec, networks, service }: ContainerPlan): Partial<docker.ContainerArgs> {
  if (spec.hardening?.network === "host") return { networkMode: "host" };
  const joined = networksOf(spec);
  if (joined.length === 0) return { networkMode: "none" };
  // A rolling container gets no name that others share on the edge: only its gate decides that it gets requests.
  const aliases = (name: NetworkName) => (isRolling(spec) && name === "edge" ? [] : [service]);
  return { networksAdvanced: joined.map((name) => ({ name: networks[name] ?? "", aliases: aliases(name) })) };
}

function tmpfs(spec: ServiceSpec, image: ResolvedImage): Record<string, string> {
  const [uid, gid] = (spec.user ?? image.entry.user).split(":");
  const wanted = { "/tmp": "64MiB" as const, ...spec.tmpfs };
  return Object.fromEntries(
    Object.entries(wanted).map(([path, size]) => [
      path,
      `rw,noexec,nosuid,nodev,size=${mebibytes(size)}m,uid=${uid},gid=${gid ?? uid},mode=0750`,
    ]),
  );
}

function healthcheck(health: HealthCheck, image: CatalogueEntry): docker.types.input.ContainerHealthcheck {
  return {
    tests: ["CMD", ...probeCommand(health, image)],
    // Each probe is a runc exec: short intervals on many containers eat the CPU (measured).
    interval: goDuration("60s"),
    timeout: goDuration("10s"),
    startPeriod: goDuration("60s"),
    retries: 3,
  };
}
