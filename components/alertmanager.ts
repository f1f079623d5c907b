import type * as docker from "@pulumi/docker";
import type { Platform } from "./core/platform";
import { refuse } from "./core/errors";
import { Service, type ServiceOptions } from "./core/service";
import { http, scrape, volume, type SecretFile } from "./core/spec";
import { alertmanagerAlerts } from "./monitoring/alertmanager-alerts";
import {
  renderAlertmanager,
  tellsSomebody,
  validateAlertmanager,
  type AlertmanagerModel,
} from "./monitoring/alertmanager-config";
import { reloadByRequest } from "./monitoring/checks";
import { alertSecrets, type AlertSecret, type MailConfig } from "./monitoring/config";
import { alertmanagerDashboard } from "./monitoring/dashboards";

export interface AlertmanagerArgs {
  readonly mail?: MailConfig;
  /** The addresses and passwords of receivers that were given; each switches its receiver on. */
  readonly secrets: Readonly<Partial<Record<AlertSecret, Pick<SecretFile, "content" | "version">>>>;
  /** The platform's own chat: a volume that has, or will have, the address of its incoming webhook as the file `url`. */
  readonly chat?: docker.Volume;
}

const PORT = 9093;
const CONFIG = "/etc/alertmanager";
const DATA = "/alertmanager";
const CHAT = "/run/chat";

/** Alertmanager, telling people of what Prometheus found: once, together, and not what follows from something worse. */
export class Alertmanager extends Service {
  constructor(platform: Platform, args: AlertmanagerArgs, opts?: ServiceOptions) {
    const secrets = Object.entries(args.secrets).map(([kind, secret]) => ({
      kind,
      name: kind.toLowerCase(),
      ...secret,
    }));
    const model: AlertmanagerModel = {
      mail: args.mail,
      secretFiles: Object.fromEntries(secrets.map(({ kind, name }) => [kind, `/run/secrets/${name}`])),
      chatUrlFile: args.chat && `${CHAT}/url`,
    };
    const problems = validateAlertmanager(model, alertSecrets.mailPassword);
    if (problems.length > 0) refuse("The alert receivers can't be used", problems);

    super(
      platform,
      "alertmanager",
      {
        description: tellsSomebody(model)
          ? "Tells people of alerts"
          : `Tells people of alerts (nobody yet: set the secret ${alertSecrets.webhook}, or mail)`,
        image: "alertmanager",
        command: [
          `--config.file=${CONFIG}/current/alertmanager.yml`,
          `--storage.path=${DATA}`,
          `--web.external-url=${platform.url("alertmanager")}`,
          // One of it: no gossip with others.
          "--cluster.listen-address=",
        ],
        secrets: secrets.map(({ name, content, version }) => ({ name, content, version })),
        shares: args.chat && [{ volume: args.chat.name, path: CHAT, ready: args.chat }],
        // Silences, and what was told already.
        volumes: [volume("data", DATA, { backup: "files" })],
        liveConfig: {
          directory: CONFIG,
          files: { "alertmanager.yml": renderAlertmanager(model) },
          check: 'amtool check-config "$NEW/alertmanager.yml"',
          reload: reloadByRequest(`http://127.0.0.1:${PORT}`),
        },
        routes: [http("alertmanager", { port: PORT, health: "/-/ready", access: "admins", title: "Alertmanager" })],
        health: { http: { port: PORT, path: "/-/ready" } },
        metrics: [scrape(PORT)],
        alerts: alertmanagerAlerts,
        dashboards: [alertmanagerDashboard],
        limits: { memory: "128MiB" },
      },
      opts,
    );
  }
}
