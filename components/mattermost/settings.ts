/** Mattermost's settings as environment and secret files. Pure. */
import type { Size } from "../core/spec";
import { bytes, mebibytes } from "../core/units";
import type { DatabaseAccess } from "../databases/access";
import type { ChatConfig } from "./config";

/** Where it listens for `mmctl --local`, which needs no log-in: seen by nobody outside the container. */
const LOCAL_SOCKET = "/tmp/mattermost.socket";

/** Connections to the database: more wait for one. Hundreds of people at once need fewer. */
const MAX_CONNECTIONS = 20;

export interface MattermostModel {
  readonly config: Pick<ChatConfig, "title" | "maxFileSize" | "mail">;
  /** As people reach it. */
  readonly siteUrl: string;
  /** Of the database, without the password, which is in a file. */
  readonly dataSource: string;
  readonly passwordFile: string;
  readonly memory: Size;
}

/**
 * The environment. What it sets can't be changed in the system console; all other settings are kept in the database, with
 * the salts and keys that Mattermost makes for itself.
 */
export function environment(model: MattermostModel): Record<string, string> {
  const { title, maxFileSize, mail } = model.config;
  return {
    MM_CONFIG: model.dataSource,
    PGPASSFILE: model.passwordFile,
    MMCTL_LOCAL_SOCKET_PATH: LOCAL_SOCKET,
    // A heap that grows to the container's limit would be killed instead of collected.
    GOMEMLIMIT: `${Math.floor(mebibytes(model.memory) * 0.8)}MiB`,
    ...settings({
      ServiceSettings: {
        SiteURL: model.siteUrl,
        TrustedProxyIPHeader: "X-Real-IP",
        EnableLocalMode: true,
        LocalModeSocketLocation: LOCAL_SOCKET,
        // It must run without the internet, and tell nobody about us.
        EnableSecurityFixAlert: false,
      },
      LogSettings: {
        EnableFile: false,
        EnableConsole: true,
        ConsoleJson: true,
        ConsoleLevel: "INFO",
        EnableDiagnostics: false,
        EnableSentry: false,
      },
      AnnouncementSettings: { AdminNoticesEnabled: false, UserNoticesEnabled: false },
      PluginSettings: { EnableRemoteMarketplace: false },
      SqlSettings: {
        DriverName: "postgres",
        DataSource: model.dataSource,
        // Its default of 300 would keep everybody else out of the database.
        MaxOpenConns: MAX_CONNECTIONS,
        MaxIdleConns: MAX_CONNECTIONS / 4,
      },
      FileSettings: { DriverName: "local", Directory: "/mattermost/data/", MaxFileSize: bytes(maxFileSize) },
      TeamSettings: { SiteName: title },
      EmailSettings: { ...mailSettings(mail, title), SendPushNotifications: false },
    }),
  };
}

function mailSettings(mail: ChatConfig["mail"], title: string): Record<string, Setting> {
  if (!mail) return { SendEmailNotifications: false, EnablePreviewModeBanner: false };
  const [server = "", port = ""] = mail.smarthost.split(":");
  return {
    SendEmailNotifications: true,
    SMTPServer: server,
    SMTPPort: port,
    ConnectionSecurity: port === "465" ? "TLS" : "STARTTLS",
    EnableSMTPAuth: mail.username !== undefined,
    ...(mail.username && { SMTPUsername: mail.username }),
    FeedbackName: title,
    FeedbackEmail: mail.from,
    ReplyToAddress: mail.from,
  };
}

type Setting = string | number | boolean;

/** `ServiceSettings.SiteURL` is read from MM_SERVICESETTINGS_SITEURL. */
function settings(sections: Readonly<Record<string, Readonly<Record<string, Setting>>>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, values]) =>
      Object.entries(values).map(([name, value]) => [variable(`${section}.${name}`), String(value)]),
    ),
  );
}

/** The environment variable of a setting. A file of that name among the secrets is exported by the start script. */
export function variable(setting: string): string {
  return `MM_${setting.replace(".", "_").toUpperCase()}`;
}

/** The first user, as the API takes it; being the first makes it the administrator. */
export function firstAdmin(email: string, password: string): string {
  return JSON.stringify({ username: "admin", email, password });
}

/** The file that PGPASSFILE names: this password, wherever it is asked for. */
export function passwordFile(password: string): string {
  return `*:*:*:*:${password.replace(/[\\:]/g, "\\$&")}\n`;
}

/** Of the database: checked by name and authority, and without the password, so that it may be seen. */
export function dataSource(
  access: Pick<DatabaseAccess, "host" | "port" | "database" | "user" | "authorityFile">,
): string {
  const { host, port, database, user, authorityFile } = access;
  return `postgres://${user}@${host}:${port}/${database}?sslmode=verify-full&sslrootcert=${authorityFile}`;
}
