import type { Platform } from "../components/core/platform";
import type { DatabaseAccess } from "../components/databases/access";
import type { DatabasesConfig } from "../components/databases/config";
import { Mysql } from "../components/mysql";
import { mysqlConfig } from "../components/mysql/config";
import { Postgres } from "../components/postgres";
import { postgresConfig } from "../components/postgres/config";
import { Redis } from "../components/redis";
import { redisConfig } from "../components/redis/config";

/** What services ask for their databases. */
export interface Databases {
  readonly postgres: { database(name: string, options?: { readonly extensions?: readonly string[] }): DatabaseAccess };
  readonly mysql: { database(name: string): DatabaseAccess };
  readonly redis: { user(name: string, keys?: readonly string[]): DatabaseAccess };
}

/** Servers that the configuration has, and, as soon as a service asks for a database, those that it hasn't. */
export function databases(platform: Platform, config: DatabasesConfig): Databases {
  const postgres = once(() => new Postgres(platform, config.postgres ?? postgresConfig.parse({})));
  const mysql = once(() => new Mysql(platform, config.mysql ?? mysqlConfig.parse({})));
  const redis = once(() => new Redis(platform, config.redis ?? redisConfig.parse({})));
  if (config.postgres) postgres();
  if (config.mysql) mysql();
  if (config.redis) redis();
  return {
    postgres: { database: (name, options) => postgres().database(name, options) },
    mysql: { database: (name) => mysql().database(name) },
    redis: { user: (name, keys) => redis().user(name, keys) },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
