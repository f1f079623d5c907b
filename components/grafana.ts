import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { http, scrape, volume } from "./core/spec";
import { dashboardProvider, dataSources, renderDashboards } from "./monitoring/grafana-config";

const PORT = 3000;
const PROVISIONING = "/etc/grafana/provisioning";
const DASHBOARDS = "/etc/grafana/dashboards";

/** Grafana, showing the dashboards that services declare. Its users are its own; the first is `admin`. */
export class Grafana extends Service {
  constructor(platform: Platform, opts?: ServiceOptions) {
    super(
      platform,
      "grafana",
      {
        description: "Dashboards of everything",
        image: "grafana",
        environment: {
          GF_SERVER_ROOT_URL: platform.url("grafana"),
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/admin-password",
          GF_SECURITY_SECRET_KEY__FILE: "/run/secrets/secret-key",
          GF_SECURITY_COOKIE_SECURE: "true",
          GF_USERS_ALLOW_SIGN_UP: "false",
          GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARDS}/current/overview.json`,
          GF_LOG_MODE: "console",
          // It must start without the internet, and tell nobody about us.
          GF_PLUGINS_PREINSTALL_DISABLED: "true",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
          GF_NEWS_NEWS_FEED_ENABLED: "false",
        },
        secrets: [
          { name: "admin-password", ...platform.secret("grafanaPassword") },
          // Opens what its database keeps encrypted.
          { name: "secret-key", ...platform.secret("grafanaSecretKey") },
        ],
        files: [
          { path: `${PROVISIONING}/datasources/platform.yml`, content: dataSources() },
          {
            path: `${PROVISIONING}/dashboards/platform.yml`,
            content: dashboardProvider(platform.name, `${DASHBOARDS}/current`),
          },
        ],
        liveConfig: {
          directory: DASHBOARDS,
          files: platform.dashboards.all.apply(renderDashboards),
          // It has no checker of its own; our tests read every dashboard back. This only sees a cut-off file.
          check:
            'for file in "$NEW"/*.json; do tail -n 1 "$file" | grep -qx "}" || { echo "$file is cut off"; exit 1; }; done',
          // It looks for changed dashboards every 15 s by itself.
          reload: "true",
        },
        volumes: [volume("data", "/var/lib/grafana", { backup: "stop" })],
        routes: [http("grafana", { port: PORT, health: "/api/health", access: "service", title: "Grafana" })],
        health: { http: { port: PORT, path: "/api/health" } },
        metrics: [scrape(PORT)],
        limits: { memory: "512MiB" },
        passwordOutput: "grafanaPassword",
      },
      opts,
    );
  }
}
