/** PostgreSQL's settings: those that a reload changes as files, those that need a start as words of its command. Pure. */
import { ROOT_CERTIFICATE, SERVER_PEM } from "../databases/server";
import type { PostgresConfig } from "./config";
import { ADMINISTRATOR, CONFIG, PORT, PSQL, SOCKETS } from "./places";
import type { Tuning } from "./tuning";

/**
 * What only a start changes. As words of the container's command, a change of them is a new container: a plan tells the
 * interruption, and the server can't go on with another value than the one declared.
 */
export function startSettings({ maxConnections, sharedBuffersMiB }: Tuning): Record<string, string> {
  return {
    config_file: `${CONFIG}/current/postgresql.conf`,
    hba_file: `${CONFIG}/current/pg_hba.conf`,
    listen_addresses: "*",
    port: String(PORT),
    unix_socket_directories: SOCKETS,
    max_connections: String(maxConnections),
    shared_buffers: `${sharedBuffersMiB}MB`,
    // Which statements take the time; every image brings it.
    shared_preload_libraries: "pg_stat_statements",
    // Docker keeps what is printed, and asks nobody to rotate it.
    logging_collector: "off",
    huge_pages: "off",
  };
}

/** The files of the live configuration. */
export function liveFiles(
  config: Pick<PostgresConfig, "slowQueryMilliseconds">,
  tuned: Tuning,
): Record<"postgresql.conf" | "pg_hba.conf", string> {
  const settings: Record<string, string | number> = {
    ssl: "on",
    ssl_cert_file: text(SERVER_PEM),
    ssl_key_file: text(SERVER_PEM),
    ssl_ca_file: text(ROOT_CERTIFICATE),
    password_encryption: "scram-sha-256",
    effective_cache_size: `${tuned.effectiveCacheMiB}MB`,
    maintenance_work_mem: `${tuned.maintenanceMiB}MB`,
    work_mem: `${tuned.workKiB}kB`,
    // Disks without heads: another page costs nearly what the next one does.
    random_page_cost: 1.1,
    wal_compression: "on",
    log_destination: text("stderr"),
    log_line_prefix: text("%m [%p] %q%u@%d "),
    log_timezone: text("UTC"),
    log_min_duration_statement: config.slowQueryMilliseconds,
    // What people wrote is not for logs.
    log_parameter_max_length: 0,
    log_lock_waits: "on",
    log_temp_files: "10MB",
    log_checkpoints: "on",
    // A client that forgot its transaction holds up the cleaning of every table.
    idle_in_transaction_session_timeout: text("1h"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  return {
    "postgresql.conf": `# Written at each \`up\`. What only a start changes is in the container's command.\n${lines.join("")}`,
    "pg_hba.conf": ACCESS,
  };
}

/** Nobody without TLS, nobody without a password; the administrator only from inside the container. */
const ACCESS = `# type   database  user  address       method
local    all       ${ADMINISTRATOR}                peer
hostssl  all       ${ADMINISTRATOR}  127.0.0.1/32  scram-sha-256
host     all       ${ADMINISTRATOR}  all           reject
hostssl  all       all       all           scram-sha-256
`;

/** Reads every setting of the new file as the server would. The start's own directory isn't there yet at a first time. */
export const CHECK = `env -u PGDATA postgres -C port -c "config_file=$NEW/postgresql.conf" -c data_directory=/tmp -c "hba_file=$NEW/pg_hba.conf" -c ident_file=/dev/null`;

const ASK = PSQL.map((word) => `'${word}'`).join(" ");

/** Fails with the server's words when it refuses a line; it then keeps what it had. */
export const RELOAD = `set -e
ask() { ${ASK} --command="$1"; }
refused=$(ask "SELECT sourcefile || ' line ' || sourceline || ': ' || error FROM pg_file_settings WHERE error IS NOT NULL
  UNION ALL SELECT 'pg_hba.conf line ' || line_number || ': ' || error FROM pg_hba_file_rules WHERE error IS NOT NULL")
[ -z "$refused" ] || { echo "$refused" >&2; exit 1; }
before=$(ask "SELECT pg_conf_load_time()")
ask "SELECT pg_reload_conf()" >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(ask "SELECT pg_conf_load_time()")" = "$before" ] || exit 0
  sleep 0.5
done
echo "PostgreSQL didn't load its configuration within 5 s" >&2
exit 1
`;

/** A certificate is read at a reload; a server that isn't up yet reads it when it starts. */
export const RELOAD_CERTIFICATE = `pg_isready -q -h ${SOCKETS} || exit 0; ${ASK} --command='SELECT pg_reload_conf()' >/dev/null`;

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
