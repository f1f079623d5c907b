import type { Dashboard } from "../core/spec";

/** Apache and PHP, by site. */
export const phpDashboard: Dashboard = {
  uid: "php",
  title: "PHP sites",
  panels: [
    { title: "Requests", query: "rate(apache_accesses_total[5m])", legend: "{{job}}", unit: "reqps" },
    {
      title: "Time a request takes",
      query: "rate(apache_duration_ms_total[5m]) / 1000 / (rate(apache_accesses_total[5m]) > 0)",
      legend: "{{job}}",
      unit: "s",
    },
    {
      title: "Busy processes",
      query: 'apache_workers{state="busy"} / ignoring(state) apache_workers_limit',
      legend: "{{job}}",
      unit: "percentunit",
    },
    { title: "Sent", query: "rate(apache_sent_kilobytes_total[5m]) * 1024", legend: "{{job}}", unit: "Bps" },
    { title: "Code in the cache", query: 'php_opcache_memory_bytes{state="used"}', legend: "{{job}}", unit: "bytes" },
    {
      title: "Code found in the cache",
      query:
        "rate(php_opcache_hits_total[5m]) / (rate(php_opcache_hits_total[5m]) + rate(php_opcache_misses_total[5m]) > 0)",
      legend: "{{job}}",
      unit: "percentunit",
    },
  ],
};
