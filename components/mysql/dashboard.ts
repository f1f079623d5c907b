import type { Dashboard } from "../core/spec";

/** What the server does and what it has left. */
export const mysqlDashboard: Dashboard = {
  uid: "mysql",
  title: "MySQL",
  panels: [
    { title: "Queries", query: "rate(mysql_global_status_questions[5m])", legend: "{{job}}", unit: "ops" },
    {
      title: "Slow queries",
      query: "rate(mysql_global_status_slow_queries[5m])",
      legend: "{{job}}",
      unit: "ops",
    },
    {
      title: "Connections of those allowed",
      query: "mysql_global_status_threads_connected / mysql_global_variables_max_connections",
      legend: "{{job}}",
      unit: "percentunit",
    },
    { title: "Queries at work", query: "mysql_global_status_threads_running", legend: "{{job}}", unit: "short" },
    {
      title: "Pages found in memory",
      query:
        "1 - rate(mysql_global_status_innodb_buffer_pool_reads[5m]) / (rate(mysql_global_status_innodb_buffer_pool_read_requests[5m]) > 0)",
      legend: "{{job}}",
      unit: "percentunit",
    },
    {
      title: "Temporary tables on disk",
      query: "rate(mysql_global_status_created_tmp_disk_tables[5m])",
      legend: "{{job}}",
      unit: "ops",
    },
    {
      title: "Waits for a row",
      query: "rate(mysql_global_status_innodb_row_lock_waits[5m])",
      legend: "{{job}}",
      unit: "ops",
    },
    { title: "Received", query: "rate(mysql_global_status_bytes_received[5m])", legend: "{{job}}", unit: "Bps" },
    { title: "Sent", query: "rate(mysql_global_status_bytes_sent[5m])", legend: "{{job}}", unit: "Bps" },
  ],
};
