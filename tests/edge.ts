/** Routes for tests of the edge. */
import type { RegisteredRoute, RegisteredStream } from "../components/core/registered";
import { http, routeUrl, type HttpRoute, type PassthroughRoute, type TcpRoute } from "../components/core/spec";

export const DOMAIN = "example.test";

/** A route as the platform registers it. */
export function registered(
  name: string,
  options: Partial<Omit<HttpRoute, "kind" | "name">> = {},
  at: Partial<Omit<RegisteredRoute, "route">> = {},
): RegisteredRoute {
  const route = http(name, { port: 80, health: "/", access: "service", ...options });
  const url = routeUrl(route, DOMAIN, 443);
  const where = { service: name, host: "main", backend: `${name}:${route.port}`, rolling: false, replicas: 1 };
  return { ...where, url, ...at, route };
}

export function stream(route: PassthroughRoute | TcpRoute, backend = `${route.name}:${route.port}`): RegisteredStream {
  return { service: route.name, route, backend };
}
