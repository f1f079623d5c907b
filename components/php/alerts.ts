/** Alerts about Apache and PHP, for all sites at once: the first site of a platform brings them. */
import type { Alert } from "../core/spec";

const SITE = 'host="main", instance="main/shop", job="shop"';

export const phpAlerts: readonly Alert[] = [
  {
    name: "PhpWorkersBusy",
    expr: 'apache_workers{state="busy"} / ignoring(state) apache_workers_limit > 0.9',
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.job }} works on {{ $value | humanizePercentage }} of the requests that it can take at once",
    action:
      "Further visitors wait. Its slow requests are in its log (the number before ms); with free memory raise `memory`.",
    fires: {
      series: { [`apache_workers{${SITE}, state="busy"}`]: "10x10", [`apache_workers_limit{${SITE}}`]: "10x10" },
      at: "7m",
    },
    quiet: {
      series: { [`apache_workers{${SITE}, state="busy"}`]: "10x3 4x7", [`apache_workers_limit{${SITE}}`]: "10x10" },
      at: "7m",
    },
  },
  {
    name: "PhpOpcacheFull",
    expr: "php_opcache_full == 1 or increase(php_opcache_restarts_total[1h]) > 0",
    for: "10m",
    severity: "warning",
    summary: "PHP's cache of {{ $labels.job }} is full, so its files are compiled again and again",
    action: "It holds 128 MiB of code and 20,000 files: something in the site makes code (a cache directory, backups).",
    fires: { series: { [`php_opcache_full{${SITE}}`]: "1x15" }, at: "12m" },
    quiet: {
      series: { [`php_opcache_full{${SITE}}`]: "0x15", [`php_opcache_restarts_total{${SITE}}`]: "2x15" },
      at: "12m",
    },
  },
];
