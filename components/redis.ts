import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { tcp, volume } from "./core/spec";
import type { DatabaseAccess } from "./databases/access";
import { DatabaseServer } from "./databases/server";
import { redisName, type RedisConfig } from "./redis/config";
import { RedisExporter } from "./redis/exporter";
import { DATA, EXPORTER, PORT, RUN, SCRIPTS, SUPERUSER, USERS } from "./redis/places";
import { renderRedisConf } from "./redis/redis-conf";
import { renderUsers, type Grant } from "./redis/users";

const NAME = "redis";
const LOAD = `sh ${SCRIPTS}/users load`;

const script = (name: string) => ({
  path: `${SCRIPTS}/${name}`,
  content: readFileSync(join(__dirname, "redis", "container", name), "utf8"),
});

/**
 * Redis on a network of its own, over TLS only. Users and their rules are loaded into the running server; a changed
 * password too. Without persistence it is a cache that nobody's data may depend on.
 */
export class Redis extends Service {
  private readonly server: DatabaseServer<Grant>;

  constructor(platform: Platform, config: RedisConfig, opts?: ServiceOptions) {
    const server = new DatabaseServer<Grant>(platform, {
      engine: "redis",
      service: NAME,
      port: PORT,
      image: "redis",
      administrator: SUPERUSER,
      // Naming the file again makes it read it.
      reloadCertificate: `test "$(sh ${SCRIPTS}/login CONFIG SET tls-cert-file /run/database/certificate/server.pem)" = OK`,
    });
    super(
      platform,
      NAME,
      {
        description: config.persistence === "none" ? "Redis as a cache in memory" : "Redis, with its data on disk",
        image: "redis",
        command: ["sh", `${SCRIPTS}/start`],
        files: [
          { path: `${SCRIPTS}/redis.conf`, content: renderRedisConf(config) },
          ...["start", "users", "login"].map(script),
        ],
        shares: server.shares,
        liveConfig: {
          directory: USERS,
          files: server.asked.all.apply((asked) => ({ users: renderUsers(asked) })),
          // The server takes all users or none, and says which line is wrong: its reload is the check.
          check: "true",
          reload: LOAD,
        },
        ...(config.persistence === "none"
          ? { tmpfs: { [RUN]: "1MiB", [DATA]: "1MiB" } }
          : { tmpfs: { [RUN]: "1MiB" }, volumes: [volume("data", DATA, { backup: "redis" })] }),
        joins: ["redis"],
        routes: config.publishPort ? [tcp(NAME, { port: PORT, listen: config.publishPort })] : [],
        // While it still reads its data, its answer is another one.
        health: { command: ["sh", "-c", `test "$(sh ${SCRIPTS}/login PING)" = PONG`] },
        limits: { memory: config.memory },
      },
      opts,
    );
    const [container] = this.containers;
    if (!container) throw new Error(`${NAME} has no container`);
    // The rules are in the live configuration; this loads passwords, which it doesn't see.
    server.converge({ container, gate: this.gate }, ["sh", "-c", LOAD], () => "", this);
    this.server = server;
    for (const { name, keys } of config.users) this.user(name, keys);
    new RedisExporter(platform, server.ask({ user: EXPORTER, database: "0", declaration: {} }), opts);
  }

  /** A user for keys that match these patterns; for the `uses` of a declaration. */
  user(name: string, keys: readonly string[] = ["*"]): DatabaseAccess {
    redisName.parse(name);
    return this.server.ask({ user: name, database: "0", declaration: { keys } });
  }
}
