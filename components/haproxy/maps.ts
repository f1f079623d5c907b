/**
 * Which route a request belongs to, as files that HAProxy searches: an exact host in a tree (map_str), a path by its
 * longest prefix (map_beg), a wildcard by its longest ending (map_end; never map_dom, which matches in the middle).
 */
import type { EdgeModel } from "./model";

type Entry = readonly [key: string, backend: string];

export interface RouteMaps {
  /** `host` */
  readonly hosts: readonly Entry[];
  /** `host/path/`: with an end slash, so that /api isn't the beginning of /apiary. Longest first. */
  readonly paths: readonly Entry[];
  /** `.ending`: with a leading dot, so that apps.x isn't the ending of myapps.x. Longest first. */
  readonly wildcards: readonly Entry[];
  readonly tlsHosts: readonly Entry[];
  readonly tlsWildcards: readonly Entry[];
}

export function routeMaps({ backends, streams }: EdgeModel): RouteMaps {
  const named = backends.flatMap(({ name, hosts, path }) => hosts.map((host) => ({ host, path, name })));
  const tls = streams.flatMap(({ name, by }) => ("hosts" in by ? by.hosts.map((host) => ({ host, name })) : []));
  const paths = named.flatMap(({ host, path, name }): Entry[] =>
    path === undefined ? [] : [[`${host}${path}/`, name]],
  );
  const whole = named.filter(({ path }) => path === undefined);
  return {
    hosts: exact(whole),
    paths: paths.sort(longestFirst),
    wildcards: endings(whole),
    tlsHosts: exact(tls),
    tlsWildcards: endings(tls),
  };
}

interface Named {
  readonly host: string;
  readonly name: string;
}

const isWildcard = ({ host }: Named) => host.startsWith("*.");

function exact(all: readonly Named[]): Entry[] {
  return all
    .filter((named) => !isWildcard(named))
    .map(({ host, name }): Entry => [host, name])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function endings(all: readonly Named[]): Entry[] {
  return all
    .filter(isWildcard)
    .map(({ host, name }): Entry => [host.slice(1), name])
    .sort(longestFirst);
}

function longestFirst([a]: Entry, [b]: Entry): number {
  return b.length - a.length || (a < b ? -1 : 1);
}

export function renderMap(entries: readonly Entry[]): string {
  return entries.map(([key, backend]) => `${key} ${backend}\n`).join("");
}
