/** Dashboards of the services of the monitoring stack. */
import type { Dashboard } from "../core/spec";
import { byService, OUR_CONTAINERS } from "./recording-rules";

export const hostDashboard: Dashboard = {
  uid: "hosts",
  title: "Hosts",
  panels: [
    {
      title: "Processors busy",
      query: "instance:node_cpu_utilisation:rate5m",
      legend: "{{host}}",
      unit: "percentunit",
    },
    { title: "Memory used", query: "instance:node_memory_utilisation:ratio", legend: "{{host}}", unit: "percentunit" },
    {
      title: "Disk used",
      query: "1 - node_filesystem_avail_bytes / node_filesystem_size_bytes",
      legend: "{{host}} {{mountpoint}}",
      unit: "percentunit",
    },
    { title: "Load (processes that want to run)", query: "node_load5", legend: "{{host}}", unit: "short" },
    {
      title: "Disk read",
      query: "sum by (host, device) (rate(node_disk_read_bytes_total[5m]))",
      legend: "{{host}} {{device}}",
      unit: "Bps",
    },
    {
      title: "Disk written",
      query: "sum by (host, device) (rate(node_disk_written_bytes_total[5m]))",
      legend: "{{host}} {{device}}",
      unit: "Bps",
    },
    {
      title: "Network in",
      query: 'rate(node_network_receive_bytes_total{device!~"lo|veth.*|br-.*|docker.*"}[5m])',
      legend: "{{host}} {{device}}",
      unit: "Bps",
    },
    {
      title: "Network out",
      query: 'rate(node_network_transmit_bytes_total{device!~"lo|veth.*|br-.*|docker.*"}[5m])',
      legend: "{{host}} {{device}}",
      unit: "Bps",
    },
    {
      title: "Up for",
      query: "node_time_seconds - node_boot_time_seconds",
      legend: "{{host}}",
      unit: "s",
      kind: "stat",
    },
  ],
};

export const containerDashboard: Dashboard = {
  uid: "containers",
  title: "Containers",
  panels: [
    {
      title: "Processors used",
      query: "service:container_cpu_usage_seconds:rate5m",
      legend: "{{host}} {{service}}",
      unit: "short",
    },
    {
      title: "Memory used",
      query: "service:container_memory_working_set_bytes:sum",
      legend: "{{host}} {{service}}",
      unit: "bytes",
    },
    {
      title: "Memory used, of the limit",
      query: "service:container_memory_of_limit:ratio",
      legend: "{{host}} {{service}}",
      unit: "percentunit",
    },
    {
      title: "Network in",
      query: `sum by (host, service) (${byService(`rate(container_network_receive_bytes_total${OUR_CONTAINERS}[5m])`)})`,
      legend: "{{host}} {{service}}",
      unit: "Bps",
    },
    {
      title: "Network out",
      query: `sum by (host, service) (${byService(`rate(container_network_transmit_bytes_total${OUR_CONTAINERS}[5m])`)})`,
      legend: "{{host}} {{service}}",
      unit: "Bps",
    },
    {
      title: "Started",
      query: `max by (host, service) (${byService(`container_start_time_seconds${OUR_CONTAINERS}`)}) * 1000`,
      legend: "{{host}} {{service}}",
      unit: "dateTimeFromNow",
      kind: "table",
    },
  ],
};

export const prometheusDashboard: Dashboard = {
  uid: "prometheus",
  title: "Prometheus",
  panels: [
    { title: "Targets up", query: "sum by (job) (up)", legend: "{{job}}", unit: "short", kind: "table" },
    { title: "Series", query: "prometheus_tsdb_head_series", legend: "{{host}}", unit: "short" },
    {
      title: "Samples taken",
      query: "rate(prometheus_tsdb_head_samples_appended_total[5m])",
      legend: "{{host}}",
      unit: "ops",
    },
    { title: "Data on disk", query: "prometheus_tsdb_storage_blocks_bytes", legend: "{{host}}", unit: "bytes" },
    { title: "Time to scrape", query: "max by (job) (scrape_duration_seconds)", legend: "{{job}}", unit: "s" },
    {
      title: "Time to evaluate rules",
      query: "max by (rule_group) (prometheus_rule_group_last_duration_seconds)",
      legend: "{{rule_group}}",
      unit: "s",
    },
  ],
};

export const alertmanagerDashboard: Dashboard = {
  uid: "alertmanager",
  title: "Alerts",
  panels: [
    {
      title: "Firing",
      query: 'sum by (alertname, severity, host) (ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)',
      legend: "{{severity}} {{alertname}} {{host}}",
      unit: "short",
      kind: "table",
    },
    { title: "Held by Alertmanager", query: "alertmanager_alerts", legend: "{{state}}", unit: "short" },
    {
      title: "Sent",
      query: "sum by (integration) (rate(alertmanager_notifications_total[5m]))",
      legend: "{{integration}}",
      unit: "ops",
    },
    {
      title: "Failed to send",
      query: "sum by (integration) (rate(alertmanager_notifications_failed_total[5m]))",
      legend: "{{integration}}",
      unit: "ops",
    },
  ],
};

export const routesDashboard: Dashboard = {
  uid: "routes",
  title: "Routes",
  panels: [
    { title: "Answers as it should", query: "probe_success", legend: "{{instance}}", unit: "bool", kind: "table" },
    { title: "Time to answer", query: "probe_duration_seconds", legend: "{{instance}}", unit: "s" },
    {
      title: "Time to answer, by part",
      query: "avg by (phase) (probe_http_duration_seconds)",
      legend: "{{phase}}",
      unit: "s",
    },
    {
      title: "Certificate ends",
      query: "probe_ssl_earliest_cert_expiry * 1000",
      legend: "{{instance}}",
      unit: "dateTimeFromNow",
      kind: "table",
    },
  ],
};

export const logsDashboard: Dashboard = {
  uid: "logs",
  title: "Logs",
  panels: [
    {
      title: "Lines received",
      query: "sum by (host) (rate(vl_rows_ingested_total[5m]))",
      legend: "{{host}}",
      unit: "ops",
    },
    { title: "Lines kept", query: "sum by (host) (vl_storage_rows)", legend: "{{host}}", unit: "short" },
    { title: "On disk", query: "sum by (host) (vl_data_size_bytes)", legend: "{{host}}", unit: "bytes" },
    { title: "Disk left", query: "vl_free_disk_space_bytes", legend: "{{host}}", unit: "bytes" },
  ],
};
