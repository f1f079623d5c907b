/** How PHP code learns of its database: by its environment, and by files that the environment names. Pure. */
import type { DatabaseAccess } from "../databases/access";

/** A site's name as that of its database and user: neither server has to quote it. */
export function databaseName(site: string): string {
  return site.replaceAll("-", "_");
}

/** PDO's name of a driver. */
export function pdoDriver({ engine }: Pick<DatabaseAccess, "engine">): "pgsql" | "mysql" {
  return engine === "mysql" ? "mysql" : "pgsql";
}

export function databaseEnvironment(access: DatabaseAccess): Record<string, string> {
  return {
    DB_DRIVER: pdoDriver(access),
    DB_HOST: access.host,
    DB_PORT: String(access.port),
    DB_NAME: access.database,
    DB_USER: access.user,
    DB_PASSWORD_FILE: access.passwordFile,
    DB_CA_FILE: access.authorityFile,
    // PostgreSQL's own library checks the server by these, whatever the site says; mysqlnd has to be told by the site.
    ...(access.engine === "postgres" && { PGSSLMODE: "verify-full", PGSSLROOTCERT: access.authorityFile }),
  };
}
