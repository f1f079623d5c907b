import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { http, scrape, volume, type Size } from "./core/spec";
import { logsDashboard } from "./monitoring/dashboards";
import { logsAlerts } from "./monitoring/logs-alerts";
import { LOGS } from "./monitoring/logs";

export interface VictoriaLogsArgs {
  /** Days of logs to keep. */
  readonly retentionDays: number;
  /** Bound on disk; the oldest day goes first. */
  readonly maxDisk: Size;
}

const DATA = "/victoria-logs-data";

/** VictoriaLogs, keeping what all containers print, with a page to search it. */
export class VictoriaLogs extends Service {
  constructor(platform: Platform, args: VictoriaLogsArgs, opts?: ServiceOptions) {
    super(
      platform,
      LOGS.service,
      {
        description: "Logs of every service, searchable",
        image: "victoria-logs",
        command: [
          `-storageDataPath=${DATA}`,
          `-httpListenAddr=:${LOGS.httpPort}`,
          `-syslog.listenAddr.tcp=:${LOGS.syslogPort}`,
          `-retentionPeriod=${args.retentionDays}d`,
          `-retention.maxDiskSpaceUsageBytes=${args.maxDisk}`,
        ],
        volumes: [volume("data", DATA, { backup: "none" })],
        routes: [http("logs", { port: LOGS.httpPort, health: "/health", access: "admins", title: "Logs" })],
        health: { http: { port: LOGS.httpPort, path: "/health" } },
        metrics: [scrape(LOGS.httpPort)],
        alerts: logsAlerts,
        dashboards: [logsDashboard],
        limits: { memory: "512MiB", openFiles: 16384 },
      },
      opts,
    );
  }
}
