/** Alerts about PostgreSQL, from what the exporter reads. */
import type { Alert } from "../core/spec";

const AT = 'host="main", instance="main/postgres-exporter", job="postgres-exporter"';
const SHOP = `${AT}, datname="shop"`;

export const postgresAlerts: readonly Alert[] = [
  {
    name: "PostgresDown",
    expr: "pg_up == 0",
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} can't log in to PostgreSQL",
    action:
      "Whatever uses the server fails. `docker ps` says whether it runs, its log why not; when it serves, run `npm run up`: it sets the exporter's user right.",
    fires: { series: { [`pg_up{${AT}}`]: "1 0x5" }, at: "4m" },
    quiet: { series: { [`pg_up{${AT}}`]: "1 0 1x5" }, at: "4m" },
  },
  {
    name: "PostgresConnectionsAlmostUsedUp",
    expr: "sum by (host, instance, job) (pg_stat_database_numbackends) / on (host, instance, job) max by (host, instance, job) (pg_settings_max_connections) > 0.8",
    for: "5m",
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of the connections of PostgreSQL are in use",
    action:
      "With all in use, new clients are refused. See who holds them (SELECT usename, state, count(1) FROM pg_stat_activity GROUP BY 1, 2); raise `maxConnections`, or `memory`, which raises it too.",
    fires: {
      series: { [`pg_stat_database_numbackends{${SHOP}}`]: "55x10", [`pg_settings_max_connections{${AT}}`]: "64x10" },
      at: "8m",
    },
    quiet: {
      series: { [`pg_stat_database_numbackends{${SHOP}}`]: "40x10", [`pg_settings_max_connections{${AT}}`]: "64x10" },
      at: "8m",
    },
  },
  {
    name: "PostgresDeadlocks",
    expr: "increase(pg_stat_database_deadlocks[10m]) > 3",
    for: "0s",
    severity: "warning",
    summary: "Transactions of database {{ $labels.datname }} wait for each other again and again",
    action: "The server's log names the statements (deadlock detected). The program has to lock in one order.",
    fires: { series: { [`pg_stat_database_deadlocks{${SHOP}}`]: "0+1x15" }, at: "12m" },
    quiet: { series: { [`pg_stat_database_deadlocks{${SHOP}}`]: "0x5 1x10" }, at: "12m" },
  },
  {
    name: "PostgresTransactionTooOld",
    expr: "pg_long_running_transactions_oldest_timestamp_seconds > 3600",
    for: "5m",
    severity: "warning",
    summary: "A transaction has been open for {{ $value | humanizeDuration }}",
    action:
      "Until it ends, no table can be cleaned, and all of them grow. SELECT pid, usename, query FROM pg_stat_activity ORDER BY xact_start; end it with pg_terminate_backend(pid).",
    fires: { series: { [`pg_long_running_transactions_oldest_timestamp_seconds{${AT}}`]: "3700+60x10" }, at: "6m" },
    quiet: { series: { [`pg_long_running_transactions_oldest_timestamp_seconds{${AT}}`]: "30+60x10" }, at: "6m" },
  },
  {
    name: "PostgresRollbacks",
    expr: "rate(pg_stat_database_xact_rollback[10m]) > 0.1 * (rate(pg_stat_database_xact_commit[10m]) + rate(pg_stat_database_xact_rollback[10m])) and rate(pg_stat_database_xact_rollback[10m]) > 1",
    for: "10m",
    severity: "warning",
    summary: "{{ $value | humanize }} transactions a second of database {{ $labels.datname }} are rolled back",
    action:
      "The server's log says which statements fail, and why; often a program that is newer or older than its tables.",
    fires: {
      series: {
        [`pg_stat_database_xact_rollback{${SHOP}}`]: "0+120x30",
        [`pg_stat_database_xact_commit{${SHOP}}`]: "0+600x30",
      },
      at: "25m",
    },
    quiet: {
      series: {
        [`pg_stat_database_xact_rollback{${SHOP}}`]: "0+30x30",
        [`pg_stat_database_xact_commit{${SHOP}}`]: "0+600x30",
      },
      at: "25m",
    },
  },
];
