import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { Alertmanager } from "../components/alertmanager";
import { BlackboxExporter } from "../components/blackbox-exporter";
import { Cadvisor } from "../components/cadvisor";
import type { Platform } from "../components/core/platform";
import { Grafana } from "../components/grafana";
import { alertSecrets, type AlertSecret, type MonitoringConfig } from "../components/monitoring/config";
import { NodeExporter } from "../components/node-exporter";
import { Portainer } from "../components/portainer";
import { Prometheus } from "../components/prometheus";
import { Rsyslog } from "../components/rsyslog";
import { VictoriaLogs } from "../components/victoria-logs";

/** What watches everything, keeps what it says, shows it, and tells people. */
export function monitoring(
  platform: Platform,
  config: MonitoringConfig,
  edge: { authority: pulumi.Output<string> },
  chat?: { alertHook: docker.Volume },
): void {
  new Prometheus(platform, config.prometheus);
  new Alertmanager(platform, {
    ...config.alertmanager,
    secrets: givenAlertSecrets(platform),
    chat: chat?.alertHook,
  });
  new BlackboxExporter(platform, { authority: edge.authority });
  new VictoriaLogs(platform, config.logs);
  for (const host of platform.hosts) {
    new NodeExporter(platform, { host });
    new Cadvisor(platform, { host });
    platform.offer("rsyslog", "The log collector", () => new Rsyslog(platform, { host }));
  }
  platform.offer("grafana", "Grafana", () => new Grafana(platform));
  platform.offer("portainer", "Portainer", () => new Portainer(platform));
}

function givenAlertSecrets(platform: Platform) {
  const kinds = Object.keys(alertSecrets) as AlertSecret[]; // the keys of a constant
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const secret = platform.secrets.given(alertSecrets[kind]);
      return secret ? [[kind, secret]] : [];
    }),
  );
}
