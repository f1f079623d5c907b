import type { Platform } from "../core/platform";
import { Service, type ServiceOptions } from "../core/service";
import { scrape } from "../core/spec";
import type { DatabaseAccess } from "../databases/access";
import { postgresAlerts } from "./alerts";
import { postgresDashboard } from "./dashboard";

const PORT = 9187;

/** PostgreSQL exporter: what the server counts, read over verified TLS with the right to statistics only. */
export class PostgresExporter extends Service {
  constructor(platform: Platform, access: DatabaseAccess, opts?: ServiceOptions) {
    const { host, port, database, user, passwordFile, authorityFile } = access;
    super(
      platform,
      "postgres-exporter",
      {
        description: "Metrics of PostgreSQL",
        image: "postgres-exporter",
        command: [
          "--no-collector.replication",
          "--no-collector.replication_slot",
          "--collector.long_running_transactions",
        ],
        environment: {
          DATA_SOURCE_URI: `${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${authorityFile}`,
          DATA_SOURCE_USER: user,
          DATA_SOURCE_PASS_FILE: passwordFile,
        },
        uses: [access],
        health: { http: { port: PORT, path: "/" } },
        metrics: [scrape(PORT)],
        alerts: postgresAlerts,
        dashboards: [postgresDashboard],
        limits: { memory: "64MiB" },
      },
      opts,
    );
  }
}
