import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { entryOf } from "../images/recipe";
import { RUN_SECRETS } from "./core/container";
import { refuse } from "./core/errors";
import { onHost } from "./core/exec";
import type { Platform } from "./core/platform";
import type { Secret } from "./core/secrets";
import { Service, type ServiceOptions } from "./core/service";
import { http, volume } from "./core/spec";
import { madeImage, plainVolume } from "./core/volumes";
import type { DatabaseAccess } from "./databases/access";
import { mattermostAlerts, statusProbe } from "./mattermost/alerts";
import { validateChat, type ChatConfig } from "./mattermost/config";
import { mattermostDashboard } from "./mattermost/dashboard";
import { dataSource, environment, firstAdmin, passwordFile, variable } from "./mattermost/settings";
import { FIRST_ADMIN, START, START_FILE } from "./mattermost/start";

const PORT = 8065;
const MEMORY = "1GiB";
const PASSWORD_FILE = "pgpass";
/** The channel that alerts are posted to, and the bot that posts them. */
const ALERTS = "alerts";

export interface MattermostArgs {
  readonly config: ChatConfig;
  readonly database: DatabaseAccess;
  readonly mailPassword?: Secret;
}

/** Mattermost, with its first administrator and team, and a channel that the platform's alerts are posted to. */
export class Mattermost extends Service {
  /** Has, as the file `url`, the address of the incoming webhook for alerts; filled when Mattermost runs. */
  readonly alertHook: docker.Volume;

  constructor(platform: Platform, args: MattermostArgs, opts: ServiceOptions = {}) {
    const { config, database, mailPassword } = args;
    const problems = validateChat(config, mailPassword !== undefined);
    if (problems.length > 0) refuse("The chat can't be used", problems);
    const { domain } = platform.config;
    const admin = platform.secret("chatPassword");
    const email = config.adminEmail ?? `admin@${domain}`;
    const settings = {
      config,
      siteUrl: platform.url("chat"),
      dataSource: dataSource(database),
      memory: MEMORY,
    } as const;

    super(
      platform,
      "mattermost",
      {
        description: "Chat; its alerts channel is told what the monitoring finds",
        image: "mattermost",
        command: START,
        files: [START_FILE],
        environment: environment({ ...settings, passwordFile: `${RUN_SECRETS}/${PASSWORD_FILE}` }),
        uses: [database],
        secrets: [
          { name: FIRST_ADMIN, ...changed(admin, (password) => firstAdmin(email, password)) },
          { name: PASSWORD_FILE, ...changed(database.password, passwordFile) },
          ...(mailPassword ? [{ name: variable("EmailSettings.SMTPPassword"), ...mailPassword }] : []),
        ],
        volumes: [
          volume("data", "/mattermost/data", { backup: "files" }),
          // Programs, which a tmpfs doesn't run; unpacked again from the image and from `data` at each start.
          volume("plugins", "/mattermost/plugins", { backup: "none" }),
        ],
        tmpfs: {
          "/mattermost/client/plugins": "256MiB",
          "/mattermost/config": "1MiB",
          "/mattermost/logs": "1MiB",
        },
        routes: [
          http("chat", {
            port: PORT,
            health: "/api/v4/system/ping",
            access: "service",
            title: config.title,
            // It pings each WebSocket once a minute: one that is silent for this long is dead.
            tunnelTimeout: "5m",
          }),
        ],
        health: { command: ["/mattermost/bin/mmctl", "--local", "system", "status"] },
        metrics: [statusProbe(platform.url("chat"))],
        alerts: mattermostAlerts,
        dashboards: [mattermostDashboard],
        limits: { memory: MEMORY, openFiles: 16384 },
        passwordOutput: "chatPassword",
      },
      opts,
    );

    const host = opts.host ?? platform.mainHost;
    const reader = platform.images.resolve("alertmanager", host);
    this.alertHook = plainVolume({ platform: platform.name, service: "mattermost", host, parent: this }, "alert-hook");
    const { name, title } = config.team;
    const hook = [`http://mattermost:${PORT}`, this.alertHook.name, reader.ref, entryOf("alertmanager").user];
    onHost(
      "mattermost-contents",
      host,
      ["mattermost", this.containers[0]?.id ?? "", name, title, ALERTS, ALERTS, `${ALERTS}@${domain}`, ...hook],
      {},
      { parent: this, dependsOn: [this.gate, this.alertHook, ...madeImage(reader)] },
    );
  }
}

/** A file made of a secret; it is another one when the secret is. */
function changed({ content, version }: Secret, how: (value: string) => string): Secret {
  return { content: pulumi.secret(content.apply(how)), version };
}
