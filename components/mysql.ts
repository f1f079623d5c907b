import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { tcp, volume } from "./core/spec";
import type { DatabaseAccess } from "./databases/access";
import { DatabaseServer } from "./databases/server";
import { mysqlName, type MysqlConfig } from "./mysql/config";
import { renderConvergence, type MysqlDeclaration } from "./mysql/converge";
import { MysqlExporter } from "./mysql/exporter";
import { flavourOf } from "./mysql/flavours";
import { renderMyCnf } from "./mysql/my-cnf";
import { DATA, EXPORTER, LOGIN, PORT, RUN, SCRIPTS, SUPERUSER } from "./mysql/places";

const NAME = "mysql";

const script = (name: string) => ({
  path: `${SCRIPTS}/${name}`,
  content: readFileSync(join(__dirname, "mysql", "container", name), "utf8"),
});

/**
 * MySQL or MariaDB on a network of its own, over TLS only. Databases, users and grants are brought to what is declared
 * by SQL at each `up`, without a restart; changed tuning restarts it.
 */
export class Mysql extends Service {
  private readonly server: DatabaseServer<MysqlDeclaration>;

  constructor(platform: Platform, config: MysqlConfig, opts?: ServiceOptions) {
    const flavour = flavourOf(config.version);
    const login = [flavour.client, `--defaults-file=${LOGIN}`];
    const server = new DatabaseServer<MysqlDeclaration>(platform, {
      engine: "mysql",
      service: NAME,
      port: PORT,
      image: flavour.image,
      administrator: SUPERUSER,
      reloadCertificate: [...login, "-e", `"${flavour.reloadTls}"`].join(" "),
    });
    super(
      platform,
      NAME,
      {
        description: flavour.title,
        image: flavour.image,
        command: ["sh", `${SCRIPTS}/start`, config.version, flavour.server, ...flavour.install],
        files: [
          { path: `${SCRIPTS}/my.cnf`, content: renderMyCnf(flavour, config) },
          ...["start", "converge", "quoting"].map(script),
        ],
        shares: server.shares,
        volumes: [volume("data", DATA, { backup: "mysql" })],
        tmpfs: { [RUN]: "8MiB" },
        joins: ["mysql"],
        routes: config.publishPort ? [tcp(NAME, { port: PORT, listen: config.publishPort })] : [],
        health: { command: [...login, "-e", "SELECT 1"] },
        limits: { memory: config.memory, openFiles: 16384 },
        // It writes what is in memory before it ends.
        stopGrace: "90s",
      },
      opts,
    );
    const [container] = this.containers;
    if (!container) throw new Error(`${NAME} has no container`);
    server.converge(
      { container, gate: this.gate },
      ["sh", `${SCRIPTS}/converge`, flavour.client],
      (asked) => renderConvergence(asked, config),
      this,
    );
    this.server = server;
    for (const { name, users } of config.databases) {
      this.database(name);
      for (const user of users) this.user(name, user.name, user.rights);
    }
    const statistics = server.ask({ database: "mysql", user: EXPORTER, declaration: { rights: "monitor" } });
    new MysqlExporter(platform, statistics, opts);
  }

  /** A database with a user of its name, who may do everything in it. */
  database(name: string): DatabaseAccess {
    mysqlName.parse(name);
    return this.server.ask({ database: name, user: name, declaration: { rights: "owner" } });
  }

  /** One more user of a database. */
  user(database: string, name: string, rights: "read" | "write"): DatabaseAccess {
    mysqlName.parse(name);
    return this.server.ask({ database, user: name, declaration: { rights } });
  }
}
