/**
 * What a service says about itself: one plain declaration from which everything else follows
 * (container, networks, volumes, routes, TLS names, metrics, alerts, dashboards, backup, policy checks, docs).
 *
 * Everything that other parts compose into files (routes, scrapes, alerts, dashboards, backups) is plain data without
 * `Input`: one unknown value would make every composed file unknown in a preview.
 */
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseAccess } from "../databases/access";
import type { NetworkName } from "./container";
import type { ImageName } from "./image";
import type { Route } from "./route";

export * from "./route";

/** An amount of memory or disk: a whole number and a binary unit, for example `256MiB` or `2GiB`. */
export type Size = `${number}${"KiB" | "MiB" | "GiB" | "TiB"}`;

/** A duration: a whole number and a unit, for example `30s`, `5m`, `12h`, `30d`. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/** How a volume's data is saved. `none` is for data that can be made again; the backup stack collects all others. */
export type BackupMethod =
  "none" | "files" | "stop" | "postgres" | "mysql" | "redis" | "mongodb" | "influxdb" | "bucket";

/** Data that outlives its container, `up`, crashes and `pulumi destroy` (removed only by `npm run down -- --with-data`). */
export interface VolumeSpec {
  /** Name within the service, for example `data`. */
  readonly name: string;
  /** Where the container sees it. */
  readonly path: string;
  readonly backup: BackupMethod;
}

/** A small file in a volume of its own, replaced (with the container) when its content changes. */
export interface FileSpec {
  /** Absolute path in the container. All files of one directory share one read-only volume mounted there. */
  readonly path: string;
  readonly content: string;
  /** Octal mode. @default "0444" */
  readonly mode?: string;
}

/** A secret that the container reads as the file `/run/secrets/<name>`; owned by the service's user, mode 0400. */
export interface SecretFile {
  readonly name: string;
  readonly content: pulumi.Output<string>;
  /** Another one whenever the content is another one: a plan must see the change without seeing the value (secrets.ts). */
  readonly version: pulumi.Output<string>;
}

/** A directory of the host that the container sees; for exporters and collectors only. */
export interface HostPath {
  readonly host: string;
  readonly container: string;
  /** @default true */
  readonly readOnly?: boolean;
  readonly propagation?: "rslave" | "rshared";
}

/** A port opened on the host's own addresses: the edge's, and what HAProxy can't proxy. */
export interface PublishedPort {
  readonly host: number;
  readonly container: number;
  readonly protocol?: "tcp" | "udp";
  /** Address of the host to listen on. @default "0.0.0.0" */
  readonly address?: string;
}

/** A place where Prometheus reads metrics of this service. */
export interface Scrape {
  readonly port: number;
  /** @default "/metrics" */
  readonly path?: string;
  /** Query parameters. */
  readonly params?: Readonly<Record<string, readonly string[]>>;
  /** Address when it isn't the service's own name (a service on the host's network). */
  readonly address?: string;
  /** @default "30s" */
  readonly interval?: Duration;
}

/** Series for a promtool unit test, in promtool's notation with one sample a minute: `{ 'up{job="x"}': "0x10" }`. */
export interface AlertExample {
  readonly series: Readonly<Record<string, string>>;
  /** When the rule is evaluated, counted from the first sample. */
  readonly at: Duration;
}

/** One alert rule. It can't be declared without its own proof: series under which it fires, and series under which it must not. */
export interface Alert {
  /** CamelCase, unique in the platform. */
  readonly name: string;
  readonly expr: string;
  readonly for: Duration;
  readonly severity: "critical" | "warning" | "info";
  /** One line for a person, with `{{ $labels.x }}` where needed. */
  readonly summary: string;
  /** What to look at or do. */
  readonly action: string;
  readonly fires: AlertExample;
  readonly quiet: AlertExample;
}

/** One panel: a query over the platform's Prometheus. */
export interface Panel {
  readonly title: string;
  readonly query: string;
  /** Legend, in Grafana's `{{label}}` notation. */
  readonly legend?: string;
  readonly unit: "short" | "percentunit" | "bytes" | "Bps" | "s" | "reqps" | "ops" | "bool" | "dateTimeFromNow";
  /** @default "timeseries" */
  readonly kind?: "timeseries" | "stat" | "table";
}

export interface Dashboard {
  /** Stable id, used in links; lower case with dashes. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** How one sees from inside the container that the service can serve. */
export type HealthCheck =
  | { readonly http: { readonly port: number; readonly path: string; readonly address?: string } }
  /** Run without a shell; exit code 0 is healthy. */
  | { readonly command: readonly string[] };

/** A configuration that changes without recreating the container. See `live-config.ts`. */
export interface LiveConfigSpec {
  /** Directory in the container. The service reads `<directory>/current/<file>`. */
  readonly directory: string;
  /** Files by relative path. Never a secret: reference its file under /run/secrets instead. */
  readonly files: pulumi.Input<Readonly<Record<string, string>>>;
  /**
   * The service's own checker, run in its own container by `sh -c`; exit code 0 accepts.
   * `$NEW` is the directory of the new files. Without this, the first reload is the check.
   */
  readonly check: string;
  /** Makes the running service take `<directory>/current`, run by `sh -c`; must fail when the service refused it. */
  readonly reload: string;
}

/** Exceptions to the hardening defaults. Each is a fact that the policy checks list with its reason. */
export interface HardeningSpec {
  /** Capabilities kept, as `CAP_…`. @default none */
  readonly capabilities?: readonly string[];
  /** @default true */
  readonly readOnlyRoot?: boolean;
  /** `host` shares the host's network namespace: for exporters only. @default the platform's networks */
  readonly network?: "host";
  /** @default the container's own */
  readonly pid?: "host";
  readonly devices?: readonly string[];
  /** Why; needed as soon as anything above is set. */
  readonly because: string;
}

export interface ServiceSpec {
  /** A name in images/images.json. */
  readonly image: ImageName;
  /** Arguments after the image's entrypoint. @default the image's own command */
  readonly command?: readonly string[];
  /** `uid:gid` when it differs from the catalogue's. */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: readonly FileSpec[];
  readonly secrets?: readonly SecretFile[];
  readonly volumes?: readonly VolumeSpec[];
  /** Volumes that something else fills. */
  readonly shares?: readonly {
    readonly volume: pulumi.Input<string>;
    readonly path: string;
    readonly ready: pulumi.Resource;
    /** @default true */
    readonly readOnly?: boolean;
  }[];
  readonly hostPaths?: readonly HostPath[];
  /** Writable, forgotten directories: path to size. `/tmp` is always there. */
  readonly tmpfs?: Readonly<Record<string, Size>>;
  readonly publish?: readonly PublishedPort[];
  /** Networks besides those that follow: from routes `edge`, from metrics `monitoring`, from `uses` the server's. */
  readonly joins?: readonly NetworkName[];
  /** Databases: from each follow the network, the files with password and root certificate, and waiting until it is there. */
  readonly uses?: readonly DatabaseAccess[];
  readonly routes?: readonly Route[];
  readonly health: HealthCheck;
  readonly metrics?: readonly Scrape[];
  readonly alerts?: readonly Alert[];
  readonly dashboards?: readonly Dashboard[];
  readonly liveConfig?: LiveConfigSpec;
  /** How many containers serve at once; more than one only for a service that rolls (container.ts, isRolling). @default 1 */
  readonly replicas?: number;
  readonly limits: {
    readonly memory: Size;
    /** @default 4096 */
    readonly openFiles?: number;
    /** Processes and threads together. @default 512 */
    readonly processes?: number;
  };
  readonly hardening?: HardeningSpec;
  /** A small init as process 1, for a program that doesn't end on a signal or leaves its children behind. @default false */
  readonly init?: boolean;
  /** Time to end by itself after the stop signal, before it is killed. @default "30s" */
  readonly stopGrace?: Duration;
  /** Names of services that must be healthy before this one starts. */
  readonly needs?: readonly string[];
  /** Where its first password is read, for `up`'s table and the start page: the name of a stack output. */
  readonly passwordOutput?: string;
  /** One line for the start page and the docs. */
  readonly description: string;
  /** The last word on a child resource's arguments, for what this spec has no field for. */
  readonly transform?: {
    readonly container?: (args: docker.ContainerArgs) => docker.ContainerArgs;
  };
}

/** A volume of the service. */
export function volume(name: string, path: string, options: { backup: BackupMethod }): VolumeSpec {
  return { name, path, backup: options.backup };
}

/** A scrape target of the service. */
export function scrape(port: number, options: Omit<Scrape, "port"> = {}): Scrape {
  return { port, ...options };
}
