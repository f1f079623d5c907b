/** Which route a request belongs to, three ways to tell: the words of the documentation, the maps, and (elsewhere) HAProxy. */
import * as fc from "fast-check";
import type { RegisteredRoute } from "../components/core/registered";
import { hostNames } from "../components/core/spec";
import type { RouteMaps } from "../components/haproxy/maps";
import { DOMAIN, registered } from "./edge";

export interface Request {
  /** As a client writes it: any case, perhaps with a port. */
  readonly host: string;
  /** As a client writes it: perhaps with doubled slashes or escapes. */
  readonly path: string;
}

const hostOf = ({ host }: Request) => host.toLowerCase().replace(/:\d+$/, "");
const pathOf = ({ path }: Request) => decodeURIComponent(path).replace(/\/+/g, "/");

/** The oracle: an exact host before a wildcard, in it the longest path; else the longest wildcard. */
export function expected(routes: readonly RegisteredRoute[], request: Request): string {
  const [host, path] = [hostOf(request), pathOf(request)];
  const claims = routes.flatMap(({ route }) =>
    hostNames(route, DOMAIN).map((name) => ({ name, path: route.path ?? "", backend: `be_${route.name}` })),
  );
  const below = (prefix: string) => prefix === "" || path === prefix || path.startsWith(`${prefix}/`);
  const exact = claims.filter((claim) => claim.name === host && below(claim.path));
  const wild = claims.filter(({ name }) => name.startsWith("*.") && host.endsWith(name.slice(1)));
  const [best] = exact.sort((a, b) => b.path.length - a.path.length);
  const [fallback] = wild.sort((a, b) => b.name.length - a.name.length);
  return (best ?? fallback)?.backend ?? "none";
}

/** What HAProxy finds in the maps, by its words about map_beg, map_str and map_end. */
export function found(maps: RouteMaps, request: Request): string {
  const [host, path] = [hostOf(request), pathOf(request)];
  const entry =
    maps.paths.find(([key]) => `${host}${path}/`.startsWith(key)) ??
    maps.hosts.find(([key]) => key === host) ??
    maps.wildcards.find(([key]) => host.endsWith(key));
  return entry?.[1] ?? "none";
}

// Few and alike, so that they collide, shadow and begin each other.
const label = fc.constantFrom("a", "b", "ab", "aa", "a-b");
const labels = fc.array(label, { minLength: 1, maxLength: 3 }).map((all) => [...all, DOMAIN].join("."));
const segments = fc.array(fc.constantFrom("x", "xy", "y", "x.y", "~"), { minLength: 1, maxLength: 3 });
const prefix = segments.map((all) => `/${all.join("/")}`);

const claim = fc.oneof(
  fc.record({ host: labels, path: fc.option(prefix, { nil: undefined }) }),
  fc.record({ host: labels.map((name) => `*.${name}`), path: fc.constant(undefined) }),
);

/** Up to so many routes that don't conflict. */
export function someRoutes(most: number): fc.Arbitrary<RegisteredRoute[]> {
  return fc
    .uniqueArray(claim, { minLength: 1, maxLength: most, selector: ({ host, path }) => `${host}${path ?? ""}` })
    .map((claims) => claims.map(({ host, path }, index) => registered(`r${index}`, { hosts: [host], path })));
}

const unusual: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => `${path}/`,
  (path) => path.replaceAll("/", "//"),
  (path) => path.replaceAll("x", "%78"),
  (path) => path.replaceAll("/", "%2f").replace("%2f", "/"),
  (path) => `${path}z`,
];

/** Routes, and requests that are mostly near them. */
export function someCase(mostRoutes: number, requests: number) {
  return someRoutes(mostRoutes).chain((routes) => {
    const claims = routes.flatMap(({ route }) =>
      hostNames(route, DOMAIN).map((name) => ({ host: name.replace("*.", "a."), path: route.path ?? "/" })),
    );
    const near = fc.record({
      host: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...claims.map(({ host }) => host)) }, labels),
      path: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...claims.map(({ path }) => path)) }, prefix),
    });
    const request: fc.Arbitrary<Request> = fc
      .record({
        ...{ asked: near, write: fc.constantFrom(...unusual), loud: fc.boolean() },
        before: fc.constantFrom("", "", "", "a.", "not"),
        after: fc.constantFrom("", "", "", ":8443", ".evil.test"),
      })
      .map(({ asked, write, loud, before, after }) => {
        const host = `${before}${asked.host}${after}`;
        return { host: loud ? host.toUpperCase() : host, path: write(asked.path) };
      });
    return fc.record({
      routes: fc.constant(routes),
      requests: fc.array(request, { minLength: requests, maxLength: requests }),
    });
  });
}
