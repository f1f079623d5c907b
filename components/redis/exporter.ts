import type { Platform } from "../core/platform";
import { Service, type ServiceOptions } from "../core/service";
import { scrape } from "../core/spec";
import type { DatabaseAccess } from "../databases/access";
import { redisAlerts } from "./alerts";
import { redisDashboard } from "./dashboard";

const PORT = 9121;

/** Redis exporter: what the server counts, read over TLS by a user that can read no key. */
export class RedisExporter extends Service {
  constructor(platform: Platform, access: DatabaseAccess, opts?: ServiceOptions) {
    const { host, port, user, password, authorityFile } = access;
    const address = `rediss://${host}:${port}`;
    super(
      platform,
      `${host}-exporter`,
      {
        description: "Metrics of the Redis server",
        image: "redis-exporter",
        command: [
          `--redis.addr=${address}`,
          `--redis.user=${user}`,
          "--redis.password-file=/run/secrets/exporter-passwords.json",
          `--tls-ca-cert-file=${authorityFile}`,
          // Its user may not read settings: some are secrets.
          "--config-command=-",
          `--web.listen-address=:${PORT}`,
        ],
        uses: [access],
        // The form that it reads: passwords by address, with the user in it.
        secrets: [
          {
            name: "exporter-passwords.json",
            content: password.content.apply((value) =>
              JSON.stringify({ [address.replace("//", `//${user}@`)]: value }),
            ),
            version: password.version,
          },
        ],
        health: { http: { port: PORT, path: "/health" } },
        metrics: [scrape(PORT)],
        alerts: redisAlerts,
        dashboards: [redisDashboard],
        limits: { memory: "64MiB" },
      },
      opts,
    );
  }
}
