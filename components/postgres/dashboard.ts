import type { Dashboard } from "../core/spec";

const HIT = "rate(pg_stat_database_blks_hit[5m])";
const READ = "rate(pg_stat_database_blks_read[5m])";

/** What the server does and what it has left. */
export const postgresDashboard: Dashboard = {
  uid: "postgres",
  title: "PostgreSQL",
  panels: [
    { title: "Transactions", query: "rate(pg_stat_database_xact_commit[5m])", legend: "{{datname}}", unit: "ops" },
    { title: "Rolled back", query: "rate(pg_stat_database_xact_rollback[5m])", legend: "{{datname}}", unit: "ops" },
    {
      title: "Connections of those allowed",
      query:
        "sum by (instance) (pg_stat_database_numbackends) / on (instance) max by (instance) (pg_settings_max_connections)",
      legend: "{{instance}}",
      unit: "percentunit",
    },
    { title: "Connections", query: "pg_stat_database_numbackends", legend: "{{datname}}", unit: "short" },
    {
      title: "Pages found in memory",
      query: `${HIT} / (${HIT} + ${READ} > 0)`,
      legend: "{{datname}}",
      unit: "percentunit",
    },
    { title: "Size", query: "pg_database_size_bytes", legend: "{{datname}}", unit: "bytes" },
    {
      title: "Sorted on disk",
      query: "rate(pg_stat_database_temp_bytes[5m])",
      legend: "{{datname}}",
      unit: "Bps",
    },
    {
      title: "Oldest transaction",
      query: "pg_long_running_transactions_oldest_timestamp_seconds",
      legend: "{{instance}}",
      unit: "s",
    },
    { title: "Deadlocks", query: "increase(pg_stat_database_deadlocks[1h])", legend: "{{datname}}", unit: "short" },
  ],
};
