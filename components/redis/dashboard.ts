import type { Dashboard } from "../core/spec";

/** What the server does and what it has left. */
export const redisDashboard: Dashboard = {
  uid: "redis",
  title: "Redis",
  panels: [
    { title: "Commands", query: "rate(redis_commands_processed_total[5m])", legend: "{{job}}", unit: "ops" },
    {
      title: "Memory of that allowed",
      query: "redis_memory_used_bytes / (redis_memory_max_bytes > 0)",
      legend: "{{job}}",
      unit: "percentunit",
    },
    { title: "Clients", query: "redis_connected_clients", legend: "{{job}}", unit: "short" },
    { title: "Keys", query: "redis_db_keys > 0", legend: "{{db}}", unit: "short" },
    {
      title: "Keys that were there when asked for",
      query:
        "rate(redis_keyspace_hits_total[5m]) / (rate(redis_keyspace_hits_total[5m]) + rate(redis_keyspace_misses_total[5m]) > 0)",
      legend: "{{job}}",
      unit: "percentunit",
    },
    { title: "Keys thrown out for room", query: "rate(redis_evicted_keys_total[5m])", legend: "{{job}}", unit: "ops" },
    { title: "Slow commands kept", query: "redis_slowlog_length", legend: "{{job}}", unit: "short" },
    { title: "Received", query: "rate(redis_net_input_bytes_total[5m])", legend: "{{job}}", unit: "Bps" },
    { title: "Sent", query: "rate(redis_net_output_bytes_total[5m])", legend: "{{job}}", unit: "Bps" },
  ],
};
