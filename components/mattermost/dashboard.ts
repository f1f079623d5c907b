import type { Dashboard } from "../core/spec";

/** The team edition has no metrics of its own: what the edge, the prober and the containers' metrics say of it. */
export const mattermostDashboard: Dashboard = {
  uid: "mattermost",
  title: "Mattermost",
  panels: [
    {
      title: "Database and files can be written",
      query: 'probe_success{job="mattermost"}',
      legend: "{{host}}",
      unit: "bool",
      kind: "stat",
    },
    {
      title: "Time to write to both",
      query: 'probe_duration_seconds{job="mattermost"}',
      legend: "{{host}}",
      unit: "s",
    },
    { title: "Requests", query: 'backend:haproxy_http_requests:rate5m{proxy="be_chat"}', unit: "reqps" },
    { title: "Server errors", query: 'backend:haproxy_http_errors:ratio_rate5m{proxy="be_chat"}', unit: "percentunit" },
    {
      title: "Time to answer",
      query: 'haproxy_backend_response_time_average_seconds{proxy="be_chat"}',
      unit: "s",
    },
    {
      title: "Connections, WebSockets among them",
      query: 'haproxy_backend_current_sessions{proxy="be_chat"}',
      unit: "short",
    },
    {
      title: "Memory, of what it may have",
      query: 'service:container_memory_of_limit:ratio{service="mattermost"}',
      unit: "percentunit",
    },
    {
      title: "Processors",
      query: 'service:container_cpu_usage_seconds:rate5m{service="mattermost"}',
      unit: "short",
    },
  ],
};
