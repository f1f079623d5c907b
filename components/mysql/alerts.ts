/** Alerts about MySQL and MariaDB, from what the exporter reads. */
import type { Alert } from "../core/spec";

const AT = 'host="main", instance="main/mysql-exporter", job="mysql-exporter"';

export const mysqlAlerts: readonly Alert[] = [
  {
    name: "MysqlDown",
    expr: "mysql_up == 0",
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} can't log in to its server",
    action:
      "Whatever uses the server fails. `docker ps` says whether it runs, its log why not; when it serves, run `npm run up`: it sets the exporter's account right.",
    fires: { series: { [`mysql_up{${AT}}`]: "1 0x5" }, at: "4m" },
    quiet: { series: { [`mysql_up{${AT}}`]: "1 0 1x5" }, at: "4m" },
  },
  {
    name: "MysqlRestarted",
    expr: "mysql_global_status_uptime < 300 and changes(mysql_up[1h]) + resets(mysql_global_status_uptime[1h]) > 2",
    for: "0s",
    severity: "warning",
    summary: "The server of {{ $labels.instance }} started several times within an hour",
    action: "Its log says how it ended. Killed for memory (exit code 137): raise `memory` in the settings.",
    fires: {
      series: { [`mysql_global_status_uptime{${AT}}`]: "30 90 30 90 30 90 30", [`mysql_up{${AT}}`]: "1x6" },
      at: "6m",
    },
    quiet: { series: { [`mysql_global_status_uptime{${AT}}`]: "30+60x6", [`mysql_up{${AT}}`]: "1x6" }, at: "3m" },
  },
  {
    name: "MysqlConnectionsAlmostUsedUp",
    expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections > 0.8",
    for: "5m",
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of the connections of {{ $labels.instance }} are in use",
    action:
      "With all in use, new clients are refused. See who holds them (SHOW PROCESSLIST); raise `maxConnections`, or `memory`, which raises it too.",
    fires: {
      series: {
        [`mysql_global_status_threads_connected{${AT}}`]: "81x10",
        [`mysql_global_variables_max_connections{${AT}}`]: "100x10",
      },
      at: "7m",
    },
    quiet: {
      series: {
        [`mysql_global_status_threads_connected{${AT}}`]: "95x3 40x7",
        [`mysql_global_variables_max_connections{${AT}}`]: "100x10",
      },
      at: "7m",
    },
  },
  {
    name: "MysqlRefusedConnections",
    expr: "increase(mysql_global_status_connection_errors_total[10m]) > 0",
    for: "0s",
    severity: "warning",
    summary: "{{ $labels.instance }} refused clients: {{ $labels.error }}",
    action:
      "With max_connections more clients came than are allowed: raise `maxConnections` or `memory`. Any other word is the server's trouble with a connection: its log tells more.",
    fires: {
      series: { [`mysql_global_status_connection_errors_total{${AT}, error="max_connections"}`]: "0x3 4x3" },
      at: "6m",
    },
    quiet: {
      series: { [`mysql_global_status_connection_errors_total{${AT}, error="max_connections"}`]: "4x6" },
      at: "6m",
    },
  },
  {
    name: "MysqlSlowQueries",
    expr: "rate(mysql_global_status_slow_queries[5m]) / (rate(mysql_global_status_questions[5m]) > 0) > 0.05",
    for: "10m",
    severity: "warning",
    summary: "{{ $value | humanizePercentage }} of the queries of {{ $labels.instance }} are slow",
    action: "The slow ones are in the server's log, with their rows: an index is missing, or memory is.",
    fires: {
      series: {
        [`mysql_global_status_slow_queries{${AT}}`]: "0+10x20",
        [`mysql_global_status_questions{${AT}}`]: "0+100x20",
      },
      at: "18m",
    },
    quiet: {
      series: {
        [`mysql_global_status_slow_queries{${AT}}`]: "0+1x20",
        [`mysql_global_status_questions{${AT}}`]: "0+100x20",
      },
      at: "18m",
    },
  },
];
