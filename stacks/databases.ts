import type { Platform } from "../components/core/platform";
import type { DatabaseAccess } from "../components/databases/access";
import type { DatabasesConfig } from "../components/databases/config";
import { Postgres } from "../components/postgres";
import { postgresConfig } from "../components/postgres/config";

/** What services ask for their databases. */
export interface Databases {
  readonly postgres: { database(name: string, options?: { readonly extensions?: readonly string[] }): DatabaseAccess };
}

/** Servers that the configuration has, and, as soon as a service asks for a database, those that it hasn't. */
export function databases(platform: Platform, config: DatabasesConfig): Databases {
  let made: Postgres | undefined;
  const postgres = () => (made ??= new Postgres(platform, config.postgres ?? postgresConfig.parse({})));
  if (config.postgres) postgres();
  return { postgres: { database: (name, options) => postgres().database(name, options) } };
}
