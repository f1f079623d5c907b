import type { Platform } from "../core/platform";
import { Service, type ServiceOptions } from "../core/service";
import { scrape } from "../core/spec";
import type { DatabaseAccess } from "../databases/access";
import { mysqlAlerts } from "./alerts";
import { mysqlDashboard } from "./dashboard";

const PORT = 9104;

/** mysqld exporter: what the server counts, read over TLS with rights to nobody's data. */
export class MysqlExporter extends Service {
  constructor(platform: Platform, access: DatabaseAccess, opts?: ServiceOptions) {
    const { password, user, host, port, authorityFile } = access;
    // It takes a password from an option file or from its environment.
    const login = password.content.apply(
      (value) =>
        `[client]\nuser = ${user}\npassword = ${value}\nhost = ${host}\nport = ${port}\nssl-ca = ${authorityFile}\n`,
    );
    super(
      platform,
      `${host}-exporter`,
      {
        description: "Metrics of the MySQL server",
        image: "mysqld-exporter",
        command: [
          "--config.my-cnf=/run/secrets/my.cnf",
          `--web.listen-address=:${PORT}`,
          // There is no replication to read of.
          "--no-collect.slave_status",
        ],
        uses: [access],
        secrets: [{ name: "my.cnf", content: login, version: password.version }],
        health: { http: { port: PORT, path: "/" } },
        metrics: [scrape(PORT)],
        alerts: mysqlAlerts,
        dashboards: [mysqlDashboard],
        limits: { memory: "64MiB" },
      },
      opts,
    );
  }
}
