/** Alertmanager's configuration: who is told, how often, and what isn't worth telling while something worse is true. */
import type { AlertSecret, MailConfig } from "./config";
import { toYaml } from "./yaml";

export interface AlertmanagerModel {
  readonly mail?: MailConfig;
  /** File with the secret, for each one that was given. */
  readonly secretFiles: Readonly<Partial<Record<AlertSecret, string>>>;
  /** File with the address of the platform's own chat; it is read for each alert, and may come later than the first. */
  readonly chatUrlFile?: string;
}

/** Why a model can't work, in words; nothing when it can. */
export function validateAlertmanager({ mail, secretFiles }: AlertmanagerModel, secretName: string): string[] {
  if (mail?.username && !secretFiles.mailPassword) {
    return [
      `monitoring.alertmanager.mail.username: ${JSON.stringify(mail.username)} has no password; ` +
        `set it with: pulumi config set --secret oneforall:${secretName}`,
    ];
  }
  if (secretFiles.mailPassword && !mail?.username) {
    return [
      `${secretName} is a password without a user; give monitoring.alertmanager.mail.username, or remove the secret`,
    ];
  }
  return [];
}

/** Whether anybody is told of an alert. */
export function tellsSomebody({ mail, secretFiles, chatUrlFile }: AlertmanagerModel): boolean {
  return [mail, secretFiles.webhook, secretFiles.mattermost, chatUrlFile].some((receiver) => receiver !== undefined);
}

export function renderAlertmanager(model: AlertmanagerModel): string {
  return toYaml({
    route: {
      receiver: "people",
      group_by: ["alertname", "host"],
      group_wait: "15s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes: [
        {
          matchers: ['alertname="Watchdog"'],
          receiver: "heartbeat",
          group_wait: "0s",
          group_interval: "30s",
          repeat_interval: "1m",
        },
        { matchers: ['severity="critical"'], receiver: "people", repeat_interval: "1h" },
        { matchers: ['severity="info"'], receiver: "people", repeat_interval: "24h" },
      ],
    },
    inhibit_rules: INHIBITIONS.map(({ because, of, equal }) => ({
      source_matchers: because,
      target_matchers: of,
      equal,
    })),
    receivers: [peopleReceiver(model), heartbeatReceiver(model)],
  });
}

/** What is left unsaid (`of`) while something that explains it is true (`because`), where the labels `equal` agree. */
const INHIBITIONS: readonly { because: string[]; of: string[]; equal: string[] }[] = [
  { because: ['alertname="HostDown"'], of: ['alertname!~"HostDown|Watchdog"'], equal: ["host"] },
  // Without the edge no route answers; and the exporter that asks can be the one that is missing.
  {
    because: ['alertname="TargetMissing"', 'job=~"haproxy|blackbox-exporter"'],
    of: ['alertname="RouteUnreachable"'],
    equal: [],
  },
  { because: ['alertname="HaproxyBackendDown"'], of: ['alertname="HaproxyServerErrors"'], equal: ["host", "proxy"] },
  {
    because: ['alertname="HostDiskFull"'],
    of: ['alertname=~"HostDiskLow|HostDiskFullSoon"'],
    equal: ["host", "mountpoint"],
  },
  { because: ['alertname="CertificateExpired"'], of: ['alertname="CertificateExpiresSoon"'], equal: ["instance"] },
];

function peopleReceiver({ mail, secretFiles, chatUrlFile }: AlertmanagerModel) {
  const chats = [secretFiles.mattermost, chatUrlFile].filter((file) => file !== undefined);
  return {
    name: "people",
    ...(mail && { email_configs: [mailReceiver(mail, secretFiles.mailPassword)] }),
    ...(secretFiles.webhook && { webhook_configs: [{ url_file: secretFiles.webhook, send_resolved: true }] }),
    ...(chats.length > 0 && { slack_configs: chats.map(mattermostReceiver) }),
  };
}

function heartbeatReceiver({ secretFiles }: AlertmanagerModel) {
  return {
    name: "heartbeat",
    ...(secretFiles.heartbeat && { webhook_configs: [{ url_file: secretFiles.heartbeat, send_resolved: false }] }),
  };
}

const EACH_ALERT = "{{ .Annotations.summary }}\n{{ .Annotations.action }}";

function mailReceiver(mail: MailConfig, passwordFile: string | undefined) {
  return {
    to: mail.to.join(", "),
    from: mail.from,
    smarthost: mail.smarthost,
    require_tls: true,
    ...(mail.username && { auth_username: mail.username, auth_password_file: passwordFile }),
    send_resolved: true,
    headers: { Subject: TITLE },
    text: `{{ range .Alerts }}${EACH_ALERT}\n\n{{ end }}{{ .ExternalURL }}`,
    html: "",
  };
}

const TITLE =
  '[{{ .Status }}{{ if eq .Status "firing" }}: {{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }} {{ .CommonLabels.host }}';

/** Mattermost takes what Slack's incoming webhooks take. */
function mattermostReceiver(urlFile: string) {
  return {
    api_url_file: urlFile,
    send_resolved: true,
    title: TITLE,
    title_link: "{{ .ExternalURL }}",
    text: `{{ range .Alerts }}**{{ .Labels.severity }}** ${EACH_ALERT}\n{{ end }}`,
  };
}
