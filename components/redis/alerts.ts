/** Alerts about Redis, from what the exporter reads. */
import type { Alert } from "../core/spec";

const AT = 'host="main", instance="main/redis-exporter", job="redis-exporter"';

export const redisAlerts: readonly Alert[] = [
  {
    name: "RedisDown",
    expr: "redis_up == 0",
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} can't log in to its server",
    action:
      "Whatever uses the server fails. `docker ps` says whether it runs, its log why not; when it serves, run `npm run up`: it loads the users anew.",
    fires: { series: { [`redis_up{${AT}}`]: "1 0x5" }, at: "4m" },
    quiet: { series: { [`redis_up{${AT}}`]: "1 0 1x5" }, at: "4m" },
  },
  {
    name: "RedisRefusesWrites",
    // A cache throws out what is old instead.
    expr: "redis_memory_used_bytes / (redis_memory_max_bytes > 0) > 0.9 and on (instance) redis_aof_enabled == 1",
    for: "5m",
    severity: "critical",
    summary:
      "{{ $labels.instance }}: {{ $value | humanizePercentage }} of the memory for data is used; without room writes are refused",
    action: "Raise `memory` of redis in the settings, or let the services that use it delete or expire keys.",
    fires: {
      series: {
        [`redis_memory_used_bytes{${AT}}`]: "95x10",
        [`redis_memory_max_bytes{${AT}}`]: "100x10",
        [`redis_aof_enabled{${AT}}`]: "1x10",
      },
      at: "7m",
    },
    quiet: {
      series: {
        [`redis_memory_used_bytes{${AT}}`]: "95x10",
        [`redis_memory_max_bytes{${AT}}`]: "100x10",
        [`redis_aof_enabled{${AT}}`]: "0x10",
      },
      at: "7m",
    },
  },
  {
    name: "RedisCannotSave",
    expr: "redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0",
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }}: the server can't write its file",
    action: "Its log says why: mostly a full disk, or too little memory for the child that writes the file anew.",
    fires: { series: { [`redis_aof_last_write_status{${AT}}`]: "1 0x5" }, at: "4m" },
    quiet: {
      series: { [`redis_aof_last_write_status{${AT}}`]: "1x6", [`redis_aof_last_bgrewrite_status{${AT}}`]: "1x6" },
      at: "4m",
    },
  },
  {
    name: "RedisRefusedClients",
    expr: "increase(redis_rejected_connections_total[10m]) > 0",
    for: "0s",
    severity: "warning",
    summary: "{{ $labels.instance }}: clients were refused, as 1000 are connected already",
    action: "CLIENT LIST shows who they are: mostly a service that opens connections and doesn't close them.",
    fires: { series: { [`redis_rejected_connections_total{${AT}}`]: "0x3 4x3" }, at: "6m" },
    quiet: { series: { [`redis_rejected_connections_total{${AT}}`]: "4x6" }, at: "6m" },
  },
];
