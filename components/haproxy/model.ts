/** What the edge serves, from all routes of all services: the plain data from which its files are written. */
import type { RegisteredRoute } from "../core/platform";

export interface Backend {
  /** HAProxy's name of it. */
  readonly name: string;
  readonly service: string;
  readonly hostName: string;
  /** `address:port` */
  readonly server: string;
  readonly health: string;
  readonly access: "admins" | "service";
}

export interface EdgeModel {
  readonly domain: string;
  /** Ports as clients see them. */
  readonly httpsPort: number;
  readonly backends: readonly Backend[];
}

export function edgeModel(
  routes: readonly RegisteredRoute[],
  settings: { readonly domain: string; readonly httpsPort: number },
): EdgeModel {
  const backends = routes
    .map(({ service, route, backend }) => ({
      name: `be_${route.name}`,
      service,
      hostName: `${route.name}.${settings.domain}`,
      server: backend,
      health: route.health,
      access: route.access,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...settings, backends };
}

/** Every name that the edge's certificate must carry, sorted. */
export function certificateNames(model: EdgeModel): string[] {
  return [model.domain, ...model.backends.map((backend) => backend.hostName)].sort();
}
