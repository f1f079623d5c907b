/** The server's options, tuned from the container's memory limit. Pure. */
import { mebibytes } from "../core/units";
import { ROOT_CERTIFICATE, SERVER_PEM } from "../databases/server";
import type { RedisConfig } from "./config";
import { ACL_FILE, DATA, PORT } from "./places";

/**
 * Memory for data, in MiB. The rest is for clients' buffers and, where there is a file, for the pages that change while a
 * child writes it anew.
 */
export function maxMemory({ memory, persistence }: Pick<RedisConfig, "memory" | "persistence">): number {
  return Math.floor(mebibytes(memory) * (persistence === "none" ? 0.75 : 0.6));
}

export function renderRedisConf(config: Pick<RedisConfig, "memory" | "persistence" | "slowMilliseconds">): string {
  const { persistence, slowMilliseconds } = config;
  const options: readonly (readonly [string, string])[] = [
    ["bind", "* -::*"],
    // TLS only.
    ["port", "0"],
    ["tls-port", String(PORT)],
    ["tls-cert-file", SERVER_PEM],
    ["tls-key-file", SERVER_PEM],
    ["tls-ca-cert-file", ROOT_CERTIFICATE],
    ["tls-protocols", '"TLSv1.2 TLSv1.3"'],
    // Clients show a password, not a certificate.
    ["tls-auth-clients", "no"],
    ["aclfile", ACL_FILE],
    // It would refuse everybody because the user `default` has no password; that user is off.
    ["protected-mode", "no"],
    ["dir", DATA],
    ["maxmemory", `${maxMemory(config)}mb`],
    // Data isn't thrown away: without room a write is refused.
    ["maxmemory-policy", persistence === "none" ? "allkeys-lru" : "noeviction"],
    ["save", '""'],
    ["appendonly", persistence === "none" ? "no" : "yes"],
    ...(persistence === "none" ? [] : [["appendfsync", persistence] as const]),
    ["maxclients", "1000"],
    ["slowlog-log-slower-than", String(slowMilliseconds * 1000)],
    ["slowlog-max-len", "256"],
    ["latency-monitor-threshold", "100"],
  ];
  return options.map(([key, value]) => `${key} ${value}\n`).join("");
}
