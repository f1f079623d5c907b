/** Alerts about the containers of the platform, named by service. */
import type { Alert } from "../core/spec";
import { byService, OUR_CONTAINERS } from "./recording-rules";

const CONTAINER =
  'host="main", instance="main/cadvisor", job="cadvisor", name="x-chat", container_label_io_oneforall_service="chat"';
const FOREIGN = 'host="main", instance="main/cadvisor", job="cadvisor", name="somebody-elses"';
const SEEN = 'up{job="cadvisor", instance="main/cadvisor", host="main"}';

export const containerAlerts: readonly Alert[] = [
  {
    name: "ServiceStopped",
    // A missing cAdvisor would make all of them look stopped.
    expr:
      "service:container_memory_working_set_bytes:sum offset 15m unless service:container_memory_working_set_bytes:sum " +
      'and on (host) up{job="cadvisor"} == 1',
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.service }} on {{ $labels.host }} ran until a moment ago and doesn't run any more",
    action:
      "See its last lines: `docker logs`. `pulumi up` starts it again; if it was removed on purpose, this ends by itself.",
    fires: { series: { [`container_memory_working_set_bytes{${CONTAINER}}`]: "5x20 _x20", [SEEN]: "1x40" }, at: "30m" },
    quiet: {
      series: { [`container_memory_working_set_bytes{${CONTAINER}}`]: "5x20 _x20", [SEEN]: "1x20 0x20" },
      at: "30m",
    },
  },
  {
    name: "ServiceRestarting",
    expr: `changes(${byService(`container_start_time_seconds${OUR_CONTAINERS}`)}[15m:30s]) > 2`,
    for: "0s",
    severity: "critical",
    summary: "{{ $labels.service }} on {{ $labels.host }} started {{ $value }} times in 15 minutes",
    action: "It crashes again and again; its last lines say why: `docker logs`.",
    fires: { series: { [`container_start_time_seconds{${CONTAINER}}`]: "100x3 400x3 700x3 1000x6" }, at: "14m" },
    quiet: { series: { [`container_start_time_seconds{${CONTAINER}}`]: "100x3 400x12" }, at: "14m" },
  },
  {
    name: "ServiceMemoryNearLimit",
    expr: "service:container_memory_of_limit:ratio > 0.90",
    for: "10m",
    severity: "warning",
    summary:
      "{{ $labels.service }} on {{ $labels.host }} uses {{ $value | humanizePercentage }} of the memory it may have",
    action:
      "At the limit it is killed. If it grows with its work, raise limits.memory in its component; otherwise it leaks.",
    fires: {
      series: {
        [`container_memory_working_set_bytes{${CONTAINER}}`]: "95x20",
        [`container_spec_memory_limit_bytes{${CONTAINER}}`]: "100x20",
      },
      at: "15m",
    },
    // No limit is told as 0.
    quiet: {
      series: {
        [`container_memory_working_set_bytes{${CONTAINER}}`]: "95x20",
        [`container_spec_memory_limit_bytes{${CONTAINER}}`]: "0x20",
      },
      at: "15m",
    },
  },
  {
    name: "ServiceOutOfMemoryKill",
    expr: byService(`increase(container_oom_events_total${OUR_CONTAINERS}[10m]) > 0`),
    for: "0s",
    severity: "critical",
    summary: "{{ $labels.service }} on {{ $labels.host }} reached its memory limit and a process of it was killed",
    action: "Raise limits.memory in its component, or find out why it needs more than before.",
    fires: { series: { [`container_oom_events_total{${CONTAINER}}`]: "0x5 1x5" }, at: "8m" },
    quiet: { series: { [`container_oom_events_total{${FOREIGN}}`]: "0x5 1x5" }, at: "8m" },
  },
  {
    name: "ServiceThrottled",
    expr: byService(
      `rate(container_cpu_cfs_throttled_periods_total${OUR_CONTAINERS}[5m]) / rate(container_cpu_cfs_periods_total${OUR_CONTAINERS}[5m]) > 0.50`,
    ),
    for: "30m",
    severity: "info",
    summary:
      "{{ $labels.service }} on {{ $labels.host }} is held back {{ $value | humanizePercentage }} of the time by its own processor limit",
    action:
      "Answers are slower than they could be; its component's transform gives it a processor quota; raise that if it matters.",
    fires: {
      series: {
        [`container_cpu_cfs_throttled_periods_total{${CONTAINER}}`]: "0+500x40",
        [`container_cpu_cfs_periods_total{${CONTAINER}}`]: "0+600x40",
      },
      at: "38m",
    },
    quiet: {
      series: {
        [`container_cpu_cfs_throttled_periods_total{${CONTAINER}}`]: "0+50x40",
        [`container_cpu_cfs_periods_total{${CONTAINER}}`]: "0+600x40",
      },
      at: "38m",
    },
  },
];
