/** Alerts about watching itself: what isn't seen, and whether anybody would be told. */
import type { Alert } from "../core/spec";

const SELF = 'host="main", instance="main/prometheus", job="prometheus"';
const up = (job: string, host = "main") => `up{host="${host}", instance="${host}/${job}", job="${job}"}`;

export const prometheusAlerts: readonly Alert[] = [
  {
    name: "Watchdog",
    // Not a constant: a Prometheus that sees nothing is as good as dead.
    expr: "count(up == 1) > 0",
    for: "0s",
    severity: "info",
    summary: "Alerting works",
    action: "Nothing: this alert always fires, and goes to the heartbeat receiver, which tells when it stops.",
    fires: { series: { [up("prometheus")]: "1x5" }, at: "2m" },
    quiet: { series: { [up("prometheus")]: "0x5", [up("chat")]: "0x5" }, at: "2m" },
  },
  {
    name: "HostDown",
    // Probes run on another host than what they probe, so they prove nothing here.
    expr: 'sum by (host) (up{job!="edge.probe"}) == 0',
    for: "1m",
    severity: "critical",
    summary: "Nothing on {{ $labels.host }} answers",
    action: "The host is down or cut off: look at its console, then at the network between the hosts.",
    fires: {
      series: { [up("node-exporter", "second")]: "0x5", [up("cadvisor", "second")]: "0x5", [up("prometheus")]: "1x5" },
      at: "3m",
    },
    quiet: { series: { [up("node-exporter", "second")]: "1x5", [up("cadvisor", "second")]: "0x5" }, at: "3m" },
  },
  {
    name: "TargetMissing",
    // A failed probe of a route is RouteUnreachable.
    expr: 'up{job!="edge.probe"} == 0',
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.job }} on {{ $labels.host }} doesn't answer: it is down, or nobody would know if it were",
    action: "See `docker ps` and its last lines; the reason is on Prometheus's page Targets.",
    fires: { series: { [up("node-exporter")]: "1x3 0x5" }, at: "6m" },
    quiet: { series: { [up("node-exporter")]: "1x3 0 1x5" }, at: "6m" },
  },
  {
    name: "PrometheusConfigNotLoaded",
    expr: "prometheus_config_last_reload_successful == 0",
    for: "5m",
    severity: "warning",
    summary: "Prometheus refused its configuration and goes on with the one before",
    action: "Its log says which line; `pulumi up` writes the configuration again.",
    fires: { series: { [`prometheus_config_last_reload_successful{${SELF}}`]: "0x10" }, at: "7m" },
    quiet: { series: { [`prometheus_config_last_reload_successful{${SELF}}`]: "1x10" }, at: "7m" },
  },
  {
    name: "PrometheusRulesFail",
    expr: "sum by (host, rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
    for: "5m",
    severity: "critical",
    summary: "Prometheus can't evaluate the rules of {{ $labels.rule_group }}: their alerts are blind",
    action:
      "Its page Rules shows the error beside the rule; usually one series stands twice on one side of a comparison.",
    fires: {
      series: { [`prometheus_rule_evaluation_failures_total{${SELF}, rule_group="rules/chat.yml;chat"}`]: "0+2x15" },
      at: "12m",
    },
    quiet: {
      series: { [`prometheus_rule_evaluation_failures_total{${SELF}, rule_group="rules/chat.yml;chat"}`]: "2x15" },
      at: "12m",
    },
  },
  {
    name: "PrometheusWithoutAlertmanager",
    expr: "prometheus_notifications_alertmanagers_discovered < 1",
    for: "5m",
    severity: "critical",
    summary: "Prometheus has nobody to hand alerts to",
    action: "Alertmanager isn't part of the configuration; without it this message is only seen by who looks here.",
    fires: { series: { [`prometheus_notifications_alertmanagers_discovered{${SELF}}`]: "0x10" }, at: "7m" },
    quiet: { series: { [`prometheus_notifications_alertmanagers_discovered{${SELF}}`]: "1x10" }, at: "7m" },
  },
  {
    name: "PrometheusNotificationsLost",
    expr: "sum by (host) (increase(prometheus_notifications_dropped_total[10m]) or increase(prometheus_notifications_errors_total[10m])) > 0",
    for: "5m",
    severity: "critical",
    summary: "Alerts don't reach Alertmanager",
    action: "See whether Alertmanager runs and what Prometheus's log says about it.",
    fires: { series: { [`prometheus_notifications_errors_total{${SELF}, alertmanager="a"}`]: "0+1x20" }, at: "16m" },
    quiet: { series: { [`prometheus_notifications_errors_total{${SELF}, alertmanager="a"}`]: "4x20" }, at: "16m" },
  },
  {
    name: "PrometheusStorageFails",
    expr:
      "increase(prometheus_tsdb_compactions_failed_total[3h]) > 0 or increase(prometheus_tsdb_wal_corruptions_total[3h]) > 0 " +
      "or increase(prometheus_tsdb_reloads_failures_total[3h]) > 0",
    for: "0s",
    severity: "critical",
    summary: "Prometheus can't write or read part of its data",
    action: "Usually a full or failing disk: see HostDisk alerts, `dmesg`, and Prometheus's log.",
    fires: { series: { [`prometheus_tsdb_compactions_failed_total{${SELF}}`]: "0x5 1x5" }, at: "8m" },
    quiet: { series: { [`prometheus_tsdb_compactions_failed_total{${SELF}}`]: "1x10" }, at: "8m" },
  },
];
