/** Where things are in PostgreSQL's container. */
export const PORT = 5432;

/** The user that the server is administered as, from inside its container. */
export const ADMINISTRATOR = "postgres";

/** What the exporter logs in as; it may read statistics and nobody's data. */
export const EXPORTER = "oneforall_exporter";

export const CONFIG = "/etc/oneforall/postgres-live";
export const START = "/etc/oneforall/postgres/start";
export const SOCKETS = "/run/postgresql";

/** SQL as the administrator, as the words of a command: over the socket, which knows the container's user. */
export const PSQL = [
  ...["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
  ...[`--host=${SOCKETS}`, `--username=${ADMINISTRATOR}`, "--dbname=postgres"],
];
