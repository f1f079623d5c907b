/** What a platform with the monitoring stack and one more service declares, as the registries hold it. */
import type {
  RegisteredAlert,
  RegisteredDashboard,
  RegisteredRoute,
  RegisteredScrape,
} from "../../../components/core/registered";
import type { Alert, Dashboard } from "../../../components/core/spec";
import { alertmanagerAlerts } from "../../../components/monitoring/alertmanager-alerts";
import { routeAlerts } from "../../../components/monitoring/blackbox-alerts";
import { containerAlerts } from "../../../components/monitoring/cadvisor-alerts";
import {
  alertmanagerDashboard,
  containerDashboard,
  hostDashboard,
  logsDashboard,
  prometheusDashboard,
  routesDashboard,
} from "../../../components/monitoring/dashboards";
import { haproxyAlerts } from "../../../components/monitoring/haproxy-alerts";
import { haproxyDashboard } from "../../../components/monitoring/haproxy-dashboard";
import { logsAlerts } from "../../../components/monitoring/logs-alerts";
import { hostAlerts } from "../../../components/monitoring/node-exporter-alerts";
import { prometheusAlerts } from "../../../components/monitoring/prometheus-alerts";
import { mattermostAlerts } from "../../../components/mattermost/alerts";
import { mattermostDashboard } from "../../../components/mattermost/dashboard";
import { mysqlAlerts } from "../../../components/mysql/alerts";
import { mysqlDashboard } from "../../../components/mysql/dashboard";
import { phpAlerts } from "../../../components/php/alerts";
import { phpDashboard } from "../../../components/php/dashboard";
import { postgresAlerts } from "../../../components/postgres/alerts";
import { postgresDashboard } from "../../../components/postgres/dashboard";
import { redisAlerts } from "../../../components/redis/alerts";
import { redisDashboard } from "../../../components/redis/dashboard";

const alertsOf: Readonly<Record<string, readonly Alert[]>> = {
  alertmanager: alertmanagerAlerts,
  "blackbox-exporter": routeAlerts,
  cadvisor: containerAlerts,
  haproxy: haproxyAlerts,
  mattermost: mattermostAlerts,
  "mysql-exporter": mysqlAlerts,
  "node-exporter": hostAlerts,
  "postgres-exporter": postgresAlerts,
  prometheus: prometheusAlerts,
  "redis-exporter": redisAlerts,
  shop: phpAlerts,
  "victoria-logs": logsAlerts,
};

const dashboardOf: Readonly<Record<string, Dashboard>> = {
  alertmanager: alertmanagerDashboard,
  "blackbox-exporter": routesDashboard,
  cadvisor: containerDashboard,
  haproxy: haproxyDashboard,
  mattermost: mattermostDashboard,
  "mysql-exporter": mysqlDashboard,
  "node-exporter": hostDashboard,
  "postgres-exporter": postgresDashboard,
  prometheus: prometheusDashboard,
  "redis-exporter": redisDashboard,
  shop: phpDashboard,
  "victoria-logs": logsDashboard,
};

export const alerts: RegisteredAlert[] = Object.entries(alertsOf).flatMap(([service, all]) =>
  all.map((alert) => ({ service, alert })),
);

export const dashboards: RegisteredDashboard[] = Object.entries(dashboardOf).map(([service, dashboard]) => ({
  service,
  dashboard,
}));

export const scrapes: RegisteredScrape[] = [
  scraped("haproxy", 8404, { params: { scope: ["frontend", "backend", "server"] } }),
  scraped("prometheus", 9090),
  scraped("alertmanager", 9093),
  scraped("blackbox-exporter", 9115),
  scraped("victoria-logs", 9428),
  scraped("node-exporter", 9100, { address: "172.30.1.1" }),
  scraped("node-exporter", 9100, { address: "172.30.1.1" }, "second"),
  scraped("cadvisor", 8080),
  scraped("cadvisor", 8080, {}, "second"),
  { ...scraped("web", 8080), everyReplica: true },
];

export const routes: RegisteredRoute[] = [
  routed("prometheus", 9090, "/-/ready", "admins"),
  routed("chat", 8065, "/api/v4/system/ping", "service"),
];

export const examplePlatform = { platform: "oneforall-dev", scrapes, routes, alerts };

export function scraped(
  service: string,
  port: number,
  more: Partial<RegisteredScrape["scrape"]> = {},
  host = "main",
): RegisteredScrape {
  const scrape = { port, ...more };
  return { service, host, scrape, target: `${scrape.address ?? service}:${port}`, everyReplica: false };
}

export function routed(name: string, port: number, health: string, access: "admins" | "service"): RegisteredRoute {
  return {
    service: name,
    host: "main",
    route: { kind: "http", name, port, health, access },
    backend: `${name}:${port}`,
    rolling: false,
    replicas: 1,
    url: `https://${name}.example.org:8443`,
  };
}
