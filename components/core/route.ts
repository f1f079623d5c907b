/** What a service says about how it is reached from outside. Plain data; the edge is composed from all of them. */
import type { Duration, Size } from "./spec";

/**
 * Who may use a route: `admins` are asked for the platform's admin password at the edge, `users` for a password of the
 * route's own; `service` means that the service authenticates its users itself.
 */
export type RouteAccess = "admins" | "users" | "service";

/** Somebody whom the edge lets in with a password. */
export interface RouteUser {
  readonly name: string;
  /** Name of the platform's secret that is the password, as in `platform.secret(…)`. */
  readonly secret: string;
}

/** What routes of all kinds have. */
interface RouteBase {
  /** Unique in the platform; the host name's first label unless `hosts` says otherwise. */
  readonly name: string;
  /** Port that the service listens on. */
  readonly port: number;
  /** Client networks that may use it, as `10.0.0.0/8` or `2001:db8::/32`; all others are refused. @default all */
  readonly allow?: readonly string[];
  /** The service is told the client's address by the PROXY protocol (version 2), which it must expect. @default false */
  readonly sendProxy?: boolean;
}

interface HostRoute extends RouteBase {
  /**
   * Names that lead here: a label (`chat` is chat.<domain>), a wildcard of one (`*.apps`: whatever is below
   * apps.<domain>), or a whole name in one of the platform's domains. @default [name]
   */
  readonly hosts?: readonly string[];
}

/** An HTTP service behind the edge, which does TLS. */
export interface HttpRoute extends HostRoute {
  readonly kind: "http";
  /** Path that answers 2xx or 3xx while the service can serve, as the service itself knows it. */
  readonly health: string;
  readonly access: RouteAccess;
  /** With access `users`: they. */
  readonly users?: readonly RouteUser[];
  /** What the start page calls it. @default the route's name */
  readonly title?: string;
  /** Only what is at or below this path, for example `/api`. The longest path wins. @default every path */
  readonly path?: string;
  /** The service doesn't see `path`; it is told in X-Forwarded-Prefix. @default false */
  readonly strip?: boolean;
  /** A client stays with the container that answered it first, by a cookie. @default false */
  readonly sticky?: boolean;
  /** How long a WebSocket may be silent. @default "1h" */
  readonly tunnelTimeout?: Duration;
  /** Larger requests are answered 413, those that don't say how large they are 411. @default no limit */
  readonly maxBody?: Size;
  /** Per client address (IPv6: per /64); what is above is answered 429. @default no limit */
  readonly rateLimit?: { readonly requests: number; readonly per: Duration };
  /** Everything is answered 503 with a page that says so. @default false */
  readonly maintenance?: boolean;
  /** Everything is sent on to this URL; path and query are kept where it has none of its own. */
  readonly redirect?: string;
  /** Set on every answer. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
}

/** TLS that the service does itself: the edge reads the name that the client asks for and passes everything on. */
export interface PassthroughRoute extends HostRoute {
  readonly kind: "passthrough";
}

/** Any other protocol over TCP, on a port of the edge's own. */
export interface TcpRoute extends RouteBase {
  readonly kind: "tcp";
  /** Port of the edge, out of the pool `edge.tcpPorts`. */
  readonly listen: number;
  /** How long a connection may be silent. @default "1h" */
  readonly idleTimeout?: Duration;
}

export type Route = HttpRoute | PassthroughRoute | TcpRoute;

/** A route of kind HTTP. */
export function http(name: string, options: Omit<HttpRoute, "kind" | "name">): HttpRoute {
  return { kind: "http", name, ...options };
}

/** A route of kind TLS passthrough. */
export function passthrough(name: string, options: Omit<PassthroughRoute, "kind" | "name">): PassthroughRoute {
  return { kind: "passthrough", name, ...options };
}

/** A route of kind TCP. */
export function tcp(name: string, options: Omit<TcpRoute, "kind" | "name">): TcpRoute {
  return { kind: "tcp", name, ...options };
}

/** The names, in lower case, under which clients ask for a route; `*.` in front of a wildcard's. */
export function hostNames(route: HttpRoute | PassthroughRoute, domain: string): string[] {
  return (route.hosts ?? [route.name]).map((host) => (/^(\*\.)?[^.]+$/.test(host) ? `${host}.${domain}` : host));
}

/** Where people find a route: its first name without a wildcard, and its path. */
export function routeUrl(route: HttpRoute, domain: string, httpsPort: number): string {
  const names = hostNames(route, domain);
  const host = names.find((name) => !name.startsWith("*.")) ?? names[0] ?? domain;
  return `https://${host}${httpsPort === 443 ? "" : `:${httpsPort}`}${route.path ?? ""}`;
}

/** A path that clients of the edge can ask for to see whether the service answers. */
export function healthAtEdge({ health, path = "", strip }: HttpRoute): string {
  const below = health === path || health.startsWith(`${path}/`);
  if (strip) return `${path}${health}`;
  // A health path beside the route's own is for the edge's check alone.
  return below ? health : path;
}
