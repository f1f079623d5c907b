import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entryOf } from "../images/recipe";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { tcp, volume } from "./core/spec";
import { mebibytes } from "./core/units";
import type { DatabaseAccess } from "./databases/access";
import { DatabaseServer } from "./databases/server";
import { databaseName, extensionName, type PostgresConfig } from "./postgres/config";
import { renderConvergence, type PostgresDeclaration } from "./postgres/converge";
import { PostgresExporter } from "./postgres/exporter";
import { ADMINISTRATOR, CONFIG, EXPORTER, PORT, PSQL, SOCKETS, START } from "./postgres/places";
import { CHECK, liveFiles, RELOAD, RELOAD_CERTIFICATE, startSettings } from "./postgres/settings";
import { tuning } from "./postgres/tuning";

const SERVICE = "postgres";

/** PostgreSQL with the databases and users that services ask for and that the configuration lists. */
export class Postgres extends Service {
  private readonly server: DatabaseServer<PostgresDeclaration>;

  constructor(platform: Platform, config: PostgresConfig, opts?: ServiceOptions) {
    const image = `postgres-${config.version}`;
    const server = new DatabaseServer<PostgresDeclaration>(platform, {
      engine: "postgres",
      service: SERVICE,
      port: PORT,
      image,
      administrator: ADMINISTRATOR,
      reloadCertificate: RELOAD_CERTIFICATE,
    });
    // Where upstream's image of this version keeps its data: 18 has moved it.
    const [data = "/var/lib/postgresql"] = entryOf(image).volumes;
    const tuned = tuning(config);
    const settings = Object.entries(startSettings(tuned)).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    super(
      platform,
      SERVICE,
      {
        description: "Databases of services",
        image,
        command: ["/bin/sh", START, config.version, data, ...settings],
        files: [{ path: START, content: readFileSync(join(__dirname, "postgres", "start"), "utf8") }],
        volumes: [volume("data", data, { backup: "postgres" })],
        shares: server.shares,
        joins: ["postgres"],
        routes: config.publishPort ? [tcp(SERVICE, { port: PORT, listen: config.publishPort })] : [],
        // A log-in and a query, as the administrator; the exporter logs in over TLS with a password.
        health: { command: [...PSQL, "--command=SELECT 1"] },
        liveConfig: { directory: CONFIG, files: liveFiles(config, tuned), check: CHECK, reload: RELOAD },
        tmpfs: { [SOCKETS]: "1MiB" },
        limits: { memory: config.memory, processes: tuned.maxConnections + 100 },
        // A checkpoint of everything in memory comes first.
        stopGrace: "60s",
        // Parallel queries share memory in /dev/shm, of which Docker gives 64 MB.
        transform: { container: (args) => ({ ...args, shmSize: Math.ceil(mebibytes(config.memory) / 4) }) },
      },
      opts,
    );
    const [container] = this.containers;
    if (!container) throw new Error(`${SERVICE} has no container`);
    server.converge({ container, gate: this.gate }, PSQL, (asked) => renderConvergence(asked, config), this);
    this.server = server;
    for (const { name, extensions, users } of config.databases) {
      this.database(name, { extensions });
      for (const user of users) this.user(name, user.name, user.rights);
    }
    const monitor = { rights: "monitor", extensions: [] } as const;
    const statistics = server.ask({ database: "postgres", user: EXPORTER, declaration: monitor });
    new PostgresExporter(platform, statistics, opts);
  }

  /** A database that belongs to a user of its name. */
  database(name: string, { extensions = [] }: { readonly extensions?: readonly string[] } = {}): DatabaseAccess {
    databaseName.parse(name);
    for (const extension of extensions) extensionName.parse(extension);
    return this.server.ask({ database: name, user: name, declaration: { rights: "owner", extensions } });
  }

  /** One more user of a database. */
  user(database: string, name: string, rights: "read" | "write"): DatabaseAccess {
    databaseName.parse(name);
    return this.server.ask({ database, user: name, declaration: { rights, extensions: [] } });
  }
}
