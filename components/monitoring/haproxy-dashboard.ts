import type { Dashboard } from "../core/spec";

/** What passes through the edge, by backend (`be_<route>`). */
export const haproxyDashboard: Dashboard = {
  uid: "edge",
  title: "Edge",
  panels: [
    { title: "Requests", query: "backend:haproxy_http_requests:rate5m", legend: "{{proxy}}", unit: "reqps" },
    {
      title: "Server errors",
      query: "backend:haproxy_http_errors:ratio_rate5m",
      legend: "{{proxy}}",
      unit: "percentunit",
    },
    {
      title: "Time to answer",
      query: "haproxy_backend_response_time_average_seconds",
      legend: "{{proxy}}",
      unit: "s",
    },
    {
      title: "Answers by code",
      query: "sum by (code) (rate(haproxy_frontend_http_responses_total[5m]))",
      legend: "{{code}}",
      unit: "reqps",
    },
    { title: "Connections", query: "haproxy_frontend_current_sessions", legend: "{{proxy}}", unit: "short" },
    { title: "Waiting requests", query: "haproxy_backend_current_queue", legend: "{{proxy}}", unit: "short" },
    {
      title: "Sent to visitors",
      query: "sum by (proxy) (rate(haproxy_frontend_bytes_out_total[5m]))",
      legend: "{{proxy}}",
      unit: "Bps",
    },
    {
      title: "Reloads in an hour",
      query: "sum by (result) (increase(oneforall_edge_reloads_total[1h]))",
      legend: "{{result}}",
      unit: "short",
    },
    {
      title: "Log lines dropped",
      query: "increase(haproxy_process_dropped_logs_total[5m])",
      legend: "{{host}}",
      unit: "short",
    },
    {
      title: "Servers up",
      query: "haproxy_backend_active_servers",
      legend: "{{proxy}}",
      unit: "short",
      kind: "table",
    },
  ],
};
