import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { http, scrape, volume, type Size } from "./core/spec";
import { reloadBySignal } from "./monitoring/checks";
import { prometheusDashboard } from "./monitoring/dashboards";
import { prometheusAlerts } from "./monitoring/prometheus-alerts";
import { renderPrometheus } from "./monitoring/prometheus-config";

export interface PrometheusArgs {
  /** Days of samples to keep. */
  readonly retentionDays: number;
  /** Bound on disk; whichever limit is reached first wins. */
  readonly retentionSize: Size;
}

const PORT = 9090;
const CONFIG = "/etc/prometheus";
const DATA = "/prometheus";

/**
 * Prometheus, scraping what every service of the platform declares, and evaluating the alerts that they declare with it.
 *
 * It has no password of its own: people reach it through the edge, which asks for one; its other readers (Grafana) are
 * neighbours on its networks. What a neighbour could do with it is reading: the calls that change or stop it stay off.
 */
export class Prometheus extends Service {
  constructor(platform: Platform, args: PrometheusArgs, opts?: ServiceOptions) {
    const files = pulumi
      .all([platform.metrics.all, platform.routes.all, platform.alerts.all])
      .apply(([scrapes, routes, alerts]) => renderPrometheus({ platform: platform.name, scrapes, routes, alerts }));
    super(
      platform,
      "prometheus",
      {
        description: "Metrics of everything, and the rules that raise alerts",
        image: "prometheus",
        command: [
          `--config.file=${CONFIG}/current/prometheus.yml`,
          `--storage.tsdb.path=${DATA}`,
          // As flags: version 2 doesn't know them in the file, and version 3 still takes them here.
          `--storage.tsdb.retention.time=${args.retentionDays}d`,
          `--storage.tsdb.retention.size=${args.retentionSize}`,
          `--web.external-url=${platform.url("prometheus")}`,
        ],
        // Samples can't be made again, but nobody restores last month's graphs after a disaster.
        volumes: [volume("data", DATA, { backup: "none" })],
        liveConfig: {
          directory: CONFIG,
          files,
          check: 'promtool check config "$NEW/prometheus.yml"',
          reload: reloadBySignal(`http://127.0.0.1:${PORT}/metrics`, "prometheus"),
        },
        routes: [http("prometheus", { port: PORT, health: "/-/ready", access: "admins", title: "Prometheus" })],
        health: { http: { port: PORT, path: "/-/ready" } },
        metrics: [scrape(PORT)],
        alerts: prometheusAlerts,
        dashboards: [prometheusDashboard],
        limits: { memory: "1GiB", openFiles: 16384 },
        // It writes what is in memory before it ends.
        stopGrace: "60s",
      },
      opts,
    );
  }
}
