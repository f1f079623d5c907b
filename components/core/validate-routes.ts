/** What can be wrong with routes, each alone and between services. Pure, before any resource is made. */
import { isIP } from "node:net";
import { NAME_PATTERN } from "./naming";
import { routeConflicts } from "./route-conflicts";
import { hostNames, type HttpRoute, type PassthroughRoute, type Route, type ServiceSpec } from "./spec";
import { DURATION_PATTERN, SIZE_PATTERN } from "./units";
import type { DeclaredService } from "./validate";

export interface RouteSettings {
  readonly domain: string;
  /** The first is where the edge is. */
  readonly hosts: readonly { readonly name: string }[];
  readonly edge: { readonly domains: readonly string[]; readonly tcpPorts: readonly number[] };
}

/** Every problem in words: whose, which value, what would be right. */
export function validateRoutes(services: readonly DeclaredService[], settings: RouteSettings): string[] {
  const routes = services.flatMap(({ name, spec }) => (spec.routes ?? []).map((route) => ({ service: name, route })));
  return [
    ...services.flatMap(({ name, spec, host }) =>
      (spec.routes ?? []).flatMap((route) =>
        [...reach(host, settings), ...common(route, spec), ...ofItsKind(route, settings)].map(
          (problem) => `${name}: route ${route.name}: ${problem}`,
        ),
      ),
    ),
    ...routeConflicts(routes, settings.domain),
  ];
}

const BASE = ["kind", "name", "port", "allow", "sendProxy"];
const FIELDS: Readonly<Record<Route["kind"], readonly string[]>> = {
  http: [
    ...["hosts", "health", "access", "users", "title", "path", "strip", "sticky", "tunnelTimeout", "maxBody"],
    ...["rateLimit", "maintenance", "redirect", "responseHeaders", ...BASE],
  ],
  passthrough: ["hosts", ...BASE],
  tcp: ["listen", "idleTimeout", ...BASE],
};

/** HAProxy's sections of our own are `fe_` and `be_` with these. */
const RESERVED = ["acme", "http", "https", "metrics", "none", "tls"];

const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65535;
const words = (value: unknown) => JSON.stringify(value);

/** Networks are one host's: what runs on another one can't be reached by the edge. */
function reach(host: string, { hosts: [main] }: RouteSettings): string[] {
  if (main === undefined || host === main.name) return [];
  return [
    `its service runs on the host ${host}, and the edge reaches what runs on ${main.name} only; move it there, or drop the route`,
  ];
}

function common(route: Route, spec: ServiceSpec): string[] {
  const problems: string[] = [];
  if (!NAME_PATTERN.test(route.name) || route.name.length > 63) {
    problems.push(`its name ${words(route.name)} is not a host label; give lower-case letters, digits and dashes`);
  }
  if (RESERVED.includes(route.name)) {
    problems.push(
      `its name is one that the edge uses itself (${RESERVED.join(", ")}); rename it, and name its host in hosts`,
    );
  }
  if (!isPort(route.port)) problems.push(`port ${route.port} is not a port; give 1 to 65535`);
  if (spec.hardening?.network === "host") {
    problems.push(
      "its service is on the host's network, where the edge doesn't find it; drop hardening.network or the route",
    );
  }
  const health = "http" in spec.health ? spec.health.http : undefined;
  if (
    route.kind === "http" &&
    health &&
    health.path !== "/" &&
    health.path === route.health &&
    health.port !== route.port
  ) {
    problems.push(
      `port ${route.port}: the service's own health check asks ${health.path} on port ${health.port}; give that port, or the path that answers on ${route.port}`,
    );
  }
  for (const network of route.allow ?? []) {
    if (!isNetwork(network)) problems.push(`allow ${words(network)} is not a network; give for example 10.0.0.0/8`);
  }
  if (route.allow?.length === 0)
    problems.push("allow is empty, which refuses everybody; name networks, or leave it out");
  const known = FIELDS[route.kind];
  for (const field of Object.keys(route).filter((name) => !known.includes(name))) {
    problems.push(
      `${field} is not for a route of kind ${route.kind}, which has ${[...known].sort().join(", ")}; remove it`,
    );
  }
  return problems;
}

function ofItsKind(route: Route, settings: RouteSettings): string[] {
  switch (route.kind) {
    case "http":
      return [
        ...hosts(route, settings),
        ...path(route),
        ...access(route),
        ...bounds(route),
        ...answers(route, settings),
      ];
    case "passthrough":
      return hosts(route, settings);
    case "tcp": {
      const pool = settings.edge.tcpPorts;
      const problems = duration("idleTimeout", route.idleTimeout);
      if (!isPort(route.listen)) return [...problems, `listen ${route.listen} is not a port; give 1 to 65535`];
      if (pool.includes(route.listen)) return problems;
      const has = pool.length === 0 ? "is empty" : `has ${pool.join(", ")}`;
      return [
        ...problems,
        `listen ${route.listen} is not in the pool edge.tcpPorts, which ${has}; take one of it, or add ${route.listen} to it`,
      ];
    }
  }
}

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST_PATTERN = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`);

function hosts(route: HttpRoute | PassthroughRoute, settings: RouteSettings): string[] {
  const domains = [settings.domain, ...settings.edge.domains];
  if (route.hosts?.length === 0) return ["hosts is empty; name at least one, or leave it out"];
  // A name that isn't a label was told already.
  const names = route.hosts === undefined && !NAME_PATTERN.test(route.name) ? [] : hostNames(route, settings.domain);
  return names.flatMap((host, index) => {
    const declared = words(route.hosts?.[index] ?? route.name);
    if (!HOST_PATTERN.test(host) || host.length > 253) {
      return [`host ${declared} is not a host name; give lower-case labels, and a * only as the whole first one`];
    }
    if (host === settings.domain) {
      return [`host ${declared} is the platform's own name, where its start page is; give a name below it`];
    }
    if (!domains.some((domain) => host === domain || host.endsWith(`.${domain}`))) {
      return [
        `host ${declared} is outside the platform's domains (${domains.join(", ")}); name it below one of them, or add its domain to edge.domains`,
      ];
    }
    return [];
  });
}

/** What neither a URL nor HAProxy's configuration reads as anything but itself. */
const PATH_PATTERN = /^(\/[A-Za-z0-9._~-]+)+$/;
const HEALTH_PATTERN = /^\/[A-Za-z0-9._~!*+,;=:@%/?&-]*$/;
const dots = (path: string) => path.split("/").some((part) => part === "." || part === "..");

function path(route: HttpRoute): string[] {
  const problems: string[] = [];
  if (!HEALTH_PATTERN.test(route.health)) {
    problems.push(`health ${words(route.health)} is not a path; begin it with / and write anything unusual as %XX`);
  }
  if (route.path !== undefined && (!PATH_PATTERN.test(route.path) || dots(route.path))) {
    problems.push(
      `path ${words(route.path)} is not a path prefix; give for example /api, without an end slash, dots or escapes`,
    );
  }
  if (route.strip && route.path === undefined) problems.push("strip has nothing to strip; give a path, or remove it");
  const wildcard = route.hosts?.find((host) => host.startsWith("*."));
  if (route.path !== undefined && wildcard !== undefined) {
    problems.push(
      `path ${route.path} under the wildcard ${words(wildcard)} is not possible; name the hosts, or route the wildcard without a path`,
    );
  }
  return problems;
}

const USER_PATTERN = /^[A-Za-z0-9._@-]+$/;
const SECRET_PATTERN = /^[A-Za-z][A-Za-z0-9]*$/;

function access({ access, users = [] }: HttpRoute): string[] {
  const problems: string[] = [];
  if (access === "users" && users.length === 0) problems.push("access is users, but there are none; give users");
  if (access !== "users" && users.length > 0) {
    problems.push(`users are asked for only with access users, and it is ${access}; change one of them`);
  }
  for (const user of users) {
    if (!USER_PATTERN.test(user.name)) {
      problems.push(`user ${words(user.name)} is not a user name; give letters, digits and . _ @ -`);
    }
    if (!SECRET_PATTERN.test(user.secret)) {
      problems.push(
        `user ${user.name}: ${words(user.secret)} is not the name of a secret; give letters and digits, for example statusPassword`,
      );
    }
  }
  const names = users.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) problems.push(`user ${words(twice)} is there twice; remove one`);
  return problems;
}

function bounds({ maxBody, rateLimit, tunnelTimeout }: HttpRoute): string[] {
  const problems = duration("tunnelTimeout", tunnelTimeout);
  if (maxBody !== undefined && !positive(maxBody, SIZE_PATTERN)) {
    problems.push(`maxBody ${words(maxBody)} is not a size above zero; give for example 10MiB`);
  }
  if (rateLimit !== undefined) {
    if (!Number.isInteger(rateLimit.requests) || rateLimit.requests < 1) {
      problems.push(`rateLimit.requests ${rateLimit.requests} is not a number of requests; give 1 or more`);
    }
    problems.push(...duration("rateLimit.per", rateLimit.per));
  }
  return problems;
}

/** What the edge itself says; a route's own would break the connection or the platform's promises. */
const EDGE_HEADERS = [
  ...["connection", "content-length", "date", "keep-alive", "set-cookie", "strict-transport-security", "te"],
  ...["trailer", "transfer-encoding", "upgrade", "www-authenticate", "x-content-type-options", "x-request-id"],
];

function answers(
  { name, redirect, maintenance, responseHeaders = {}, ...route }: HttpRoute,
  settings: RouteSettings,
): string[] {
  const problems: string[] = [];
  if (redirect !== undefined) {
    const target = urlOf(redirect);
    if (!target) {
      problems.push(`redirect ${words(redirect)} is not a URL; give for example https://new.example.org`);
    } else if (hostNames({ name, ...route }, settings.domain).includes(target.hostname)) {
      problems.push(`redirect ${words(redirect)} leads back to the route itself; name another host`);
    }
  }
  if (redirect !== undefined && maintenance) {
    problems.push("maintenance and redirect exclude each other; remove one");
  }
  for (const [header, value] of Object.entries(responseHeaders)) {
    if (!/^[A-Za-z0-9-]+$/.test(header)) {
      problems.push(`response header ${words(header)} is not a header name; give letters, digits and dashes`);
    } else if (EDGE_HEADERS.includes(header.toLowerCase())) {
      problems.push(`response header ${header} is the edge's own; remove it`);
    }
    if (!/^[ -~]*$/.test(value)) {
      problems.push(
        `response header ${header}: ${words(value)} has a line break or a letter that headers can't have; give printable ASCII`,
      );
    }
  }
  return problems;
}

function urlOf(text: string): URL | undefined {
  // What URL would encode by itself, the edge's configuration would read in its own way.
  if (!/^https?:\/\/[!-~]+$/.test(text) || /["'\\<>^`{|}]/.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function duration(field: string, value: string | undefined): string[] {
  if (value === undefined || positive(value, DURATION_PATTERN)) return [];
  return [`${field} ${words(value)} is not a duration above zero; give for example 30s, 5m or 1h`];
}

function positive(value: string, pattern: RegExp): boolean {
  const match = pattern.exec(value);
  return match !== null && Number(match[1]) > 0;
}

function isNetwork(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  const family = isIP(address);
  return family > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
