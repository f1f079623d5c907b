/**
 * The edge's files. One text for the HAProxy of Debian (3.0) and the current upstream LTS; checked by `haproxy -c -dW` of
 * the very HAProxy that serves. Facts: reference operations.md §1.
 */
import { renderBackend, renderStream } from "./backends";
import { errorPages } from "./error-pages";
import {
  ACME_BACKEND,
  httpFrontend,
  httpsFrontend,
  listeningTcp,
  METRICS_FRONTEND,
  NO_BACKEND,
  tlsFrontend,
} from "./frontends";
import { globalSections } from "./global";
import { renderMap, routeMaps } from "./maps";
import type { Backend, EdgeModel } from "./model";
import { RELOADS_FILE, RELOADS_LUA } from "./reload-metrics";
import { SIGN_ON_FILE, SIGN_ON_FRONTEND, signOnLua } from "./sign-on";

export { renderBackend } from "./backends";
export * from "./places";

/** All files of the edge, by their path below `current/`. */
export function edgeFiles(model: EdgeModel, startPage: string, passwords = ""): Record<string, string> {
  const maps = routeMaps(model);
  return {
    "haproxy.cfg": haproxyConfig(model, passwords),
    "hosts.map": renderMap(maps.hosts),
    "paths.map": renderMap(maps.paths),
    "wildcards.map": renderMap(maps.wildcards),
    "tls-hosts.map": renderMap(maps.tlsHosts),
    "tls-wildcards.map": renderMap(maps.tlsWildcards),
    "open.lst": names(model.backends.filter((backend) => backend.access !== "admins")),
    "maintenance.lst": names(model.backends.filter((backend) => backend.maintenance)),
    "index.html": startPage,
    [RELOADS_FILE]: RELOADS_LUA,
    ...(model.signOn && { [SIGN_ON_FILE]: signOnLua(model.signOn.groups) }),
    ...errorPages(),
  };
}

function names(backends: readonly Backend[]): string {
  return backends.map(({ name }) => `${name}\n`).join("");
}

/** @param passwords which versions of them are in use, in words */
export function haproxyConfig(model: EdgeModel, passwords = ""): string {
  const passedOn = model.streams.some(({ by }) => "hosts" in by);
  return [
    ...(passwords === "" ? [] : [`# passwords: ${passwords}\n`]),
    globalSections(model),
    httpFrontend(model),
    ...(passedOn ? [tlsFrontend(model)] : []),
    httpsFrontend(model, passedOn),
    METRICS_FRONTEND,
    NO_BACKEND,
    ...(model.signOn ? [SIGN_ON_FRONTEND] : []),
    ...(model.acme ? [ACME_BACKEND] : []),
    ...model.streams.map((stream) => renderStream(stream, listeningTcp(model))),
    ...model.backends.filter((backend) => !backend.rolling).map(renderBackend),
  ].join("\n");
}
