/** Routes that claim the same thing, and routes that hide others. Pure. */
import { hostNames, type Route } from "./spec";

export interface OwnedRoute {
  readonly service: string;
  readonly route: Route;
}

export function routeConflicts(routes: readonly OwnedRoute[], domain: string): string[] {
  const problems: string[] = [];
  const claim = (what: string, fix: string, keyOf: (route: Route) => readonly string[]) => {
    const owners = new Map<string, OwnedRoute[]>();
    for (const owned of routes) {
      for (const key of keyOf(owned.route)) owners.set(key, [...(owners.get(key) ?? []), owned]);
    }
    for (const [key, all] of owners) {
      // Routes of one name have one host as well; that follows, and is not told again.
      const follows = keyOf !== byName && new Set(all.map(byOwnName)).size === 1 && new Set(all).size > 1;
      const names = all.map(({ service, route }) => `${service} (route ${route.name})`);
      if (all.length > 1 && !follows) problems.push(`${what} ${key} is claimed by ${names.join(" and ")}; ${fix}`);
    }
  };
  const byName = (route: Route) => [JSON.stringify(route.name)];
  const byOwnName = ({ route }: OwnedRoute) => route.name;
  claim("the route name", "rename one of them", byName);
  claim("the TCP port", "give one of them another of the pool", (route) =>
    route.kind === "tcp" ? [String(route.listen)] : [],
  );
  claim("the TLS name", "give one of them another host", (route) =>
    route.kind === "passthrough" ? hostNames(route, domain).map((host) => JSON.stringify(host)) : [],
  );
  claim("the address", "give one of them another host or path", (route) =>
    route.kind === "http" ? hostNames(route, domain).map((host) => JSON.stringify(`${host}${route.path ?? ""}`)) : [],
  );
  return [...problems, ...shadowed(routes, domain)];
}

/** HTTP routes that nothing would ever reach, because TLS under their name is passed on before anybody reads a request. */
function shadowed(routes: readonly OwnedRoute[], domain: string): string[] {
  return routes.flatMap(({ service: by, route: above }) => {
    if (above.kind !== "passthrough") return [];
    const passed = hostNames(above, domain);
    return routes.flatMap(({ service, route }) => {
      if (route.kind !== "http") return [];
      const hidden = hostNames(route, domain).filter((host) => passed.some((name) => covers(name, host)));
      return hidden.map(
        (host) =>
          `${by}: route ${above.name} passes on all TLS for ${JSON.stringify(host)}, which hides route ${route.name} of ${service}; give one of them another host`,
      );
    });
  });
}

/** Whether every connection for `host` is one for `name`. */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));
}
