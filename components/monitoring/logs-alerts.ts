/** Alerts about the logs: whether they arrive and can be kept. */
import type { Alert } from "../core/spec";

const STORE = 'host="main", instance="main/victoria-logs", job="victoria-logs"';

export const logsAlerts: readonly Alert[] = [
  {
    name: "LogsDontArrive",
    // The collector writes about itself once a minute, so silence is never normal.
    expr: "sum by (host) (rate(vl_rows_ingested_total[10m])) == 0",
    for: "10m",
    severity: "warning",
    summary: "No line has reached the log store for ten minutes",
    action: "See the last lines of rsyslog. Nothing is lost as long as Docker's own log files keep it.",
    fires: { series: { [`vl_rows_ingested_total{${STORE}, type="syslog_tcp"}`]: "0+5x10 50x30" }, at: "35m" },
    quiet: { series: { [`vl_rows_ingested_total{${STORE}, type="syslog_tcp"}`]: "0+5x40" }, at: "35m" },
  },
  {
    name: "LogsDropped",
    expr: "sum by (host, reason) (increase(vl_rows_dropped_total[15m])) > 0",
    for: "0s",
    severity: "warning",
    summary: "The log store dropped {{ $value | humanize }} lines in 15 minutes: {{ $labels.reason }}",
    action:
      "too_big_timestamp or too_small_timestamp: a clock is wrong, or old logs came late. Otherwise see its own log.",
    fires: { series: { [`vl_rows_dropped_total{${STORE}, reason="too_big_timestamp"}`]: "0x10 7x10" }, at: "15m" },
    quiet: { series: { [`vl_rows_dropped_total{${STORE}, reason="too_big_timestamp"}`]: "7x20" }, at: "15m" },
  },
  {
    name: "LogsNotStored",
    expr: "vl_storage_is_read_only == 1",
    for: "1m",
    severity: "critical",
    summary: "The log store on {{ $labels.host }} has no disk left and takes no more lines",
    action: "Free space on the host, or lower monitoring.logs.maxDisk.",
    fires: { series: { [`vl_storage_is_read_only{${STORE}}`]: "1x5" }, at: "3m" },
    quiet: { series: { [`vl_storage_is_read_only{${STORE}}`]: "0x5" }, at: "3m" },
  },
];
