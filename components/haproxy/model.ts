/** What the edge serves, from all routes of all services: the plain data from which its files are written. */
import type { RegisteredRoute, RegisteredStream } from "../core/registered";
import { hostNames, type RouteAccess, type RouteUser } from "../core/spec";
import { bytes, seconds } from "../core/units";

/** One HTTP route. What is undefined isn't limited, or not asked for. */
export interface Backend {
  /** HAProxy's name of it. */
  readonly name: string;
  readonly service: string;
  /** The first is what the health check asks for. `*.` in front of a wildcard's. */
  readonly hosts: readonly string[];
  readonly path?: string;
  readonly strip: boolean;
  /** `address:port` */
  readonly server: string;
  readonly health: string;
  readonly access: RouteAccess;
  readonly users: readonly RouteUser[];
  readonly rolling: boolean;
  readonly replicas: number;
  readonly sticky: boolean;
  readonly tunnelSeconds?: number;
  readonly maxBodyBytes?: number;
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
  readonly allow: readonly string[];
  readonly sendProxy: boolean;
  readonly maintenance: boolean;
  readonly redirect?: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** One route whose connections are passed on as they are: by TLS name, or by a port of its own. */
export interface Stream {
  readonly name: string;
  readonly service: string;
  readonly by: { readonly hosts: readonly string[] } | { readonly port: number };
  readonly server: string;
  readonly allow: readonly string[];
  readonly sendProxy: boolean;
  readonly idleSeconds: number;
}

export interface EdgeSettings {
  readonly domain: string;
  /** As clients see it. */
  readonly httpsPort: number;
  /** Networks whose PROXY protocol is believed. @default none */
  readonly proxyProtocolFrom?: readonly string[];
  /** @default false */
  readonly http3?: boolean;
  /** Challenges of a certificate authority are answered by the service `acme`. @default false */
  readonly acme?: boolean;
  /** Admin pages are for people in these groups who signed on. @default for who knows the admin password */
  readonly signOn?: { readonly groups: readonly string[] };
}

export interface EdgeModel extends EdgeSettings {
  readonly backends: readonly Backend[];
  readonly streams: readonly Stream[];
}

export function edgeModel(
  routes: readonly RegisteredRoute[],
  settings: EdgeSettings,
  streams: readonly RegisteredStream[] = [],
): EdgeModel {
  return {
    ...settings,
    backends: routes.map((route) => httpBackend(route, settings.domain)).sort(byName),
    streams: streams.map((stream) => streamOf(stream, settings.domain)).sort(byName),
  };
}

function httpBackend({ service, route, backend, rolling, replicas }: RegisteredRoute, domain: string): Backend {
  const { tunnelTimeout, maxBody, rateLimit } = route;
  return {
    name: `be_${route.name}`,
    service,
    hosts: hostNames(route, domain),
    path: route.path,
    strip: route.strip ?? false,
    server: backend,
    health: route.health,
    access: route.access,
    users: route.users ?? [],
    rolling,
    replicas,
    sticky: route.sticky ?? false,
    tunnelSeconds: tunnelTimeout && seconds(tunnelTimeout),
    maxBodyBytes: maxBody && bytes(maxBody),
    rateLimit: rateLimit && { requests: rateLimit.requests, seconds: seconds(rateLimit.per) },
    allow: route.allow ?? [],
    sendProxy: route.sendProxy ?? false,
    maintenance: route.maintenance ?? false,
    redirect: route.redirect,
    responseHeaders: route.responseHeaders ?? {},
  };
}

function streamOf({ service, route, backend }: RegisteredStream, domain: string): Stream {
  return {
    name: `be_${route.name}`,
    service,
    by: route.kind === "tcp" ? { port: route.listen } : { hosts: hostNames(route, domain) },
    server: backend,
    allow: route.allow ?? [],
    sendProxy: route.sendProxy ?? false,
    idleSeconds: seconds((route.kind === "tcp" && route.idleTimeout) || "1h"),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Every name that the edge's certificate must carry, sorted. Names whose TLS is passed on aren't its matter. */
export function certificateNames(model: EdgeModel): string[] {
  return [...new Set([model.domain, ...model.backends.flatMap((backend) => backend.hosts)])].sort();
}
