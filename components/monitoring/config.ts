import { z } from "zod";
import type { Size } from "../core/spec";
import { SIZE_PATTERN } from "../core/units";

const days = z
  .number("is not a number of days; give a whole number, 1 or more")
  .int("is not a whole number of days; give 1 or more")
  .min(1, "is not a number of days; give 1 or more");

/** A template type is beyond zod's inference; the pattern is the type's own. */
export const size = z.custom<Size>(
  (value) => typeof value === "string" && SIZE_PATTERN.test(value),
  "is not a size; give a whole number and KiB, MiB, GiB or TiB, for example 10GiB",
);

export const address = z.email("is not a mail address; give for example ops@example.org");

/** How the platform sends mail. */
export const mailServer = z.strictObject({
  /** As whom it writes. */
  from: address,
  /** The server that takes the mail, spoken to with STARTTLS. */
  smarthost: z
    .string("is missing; give host:port of the mail server, for example mail.example.org:587")
    .regex(/^[^\s:]+:\d{1,5}$/, "is not host:port; give for example mail.example.org:587"),
  /** Needs a config secret with the password. */
  username: z.string().min(1, "is empty; leave it out for a server that asks for no log-in").optional(),
});

/** With the config secret `alertMailPassword` for its user. */
const mail = z.strictObject({
  /** Who is told. */
  to: z
    .array(address, "is not a list of mail addresses; give one or more")
    .min(1, "is empty; give one or more mail addresses"),
  ...mailServer.shape,
});

/** Settings of the monitoring stack; everything has a default. */
export const monitoringConfig = z.strictObject({
  prometheus: z
    .strictObject({
      /** Days of samples to keep. */
      retentionDays: days.default(30),
      /** Bound on disk; whichever limit is reached first wins. */
      retentionSize: size.default("10GiB"),
    })
    .prefault({}),
  alertmanager: z
    .strictObject({
      /** Mail to people, besides what `alertSecrets` switches on. */
      mail: mail.optional(),
    })
    .prefault({}),
  logs: z
    .strictObject({
      /** Days of logs to keep. */
      retentionDays: days.default(30),
      /** Bound on disk; the oldest day goes first. */
      maxDisk: size.default("10GiB"),
    })
    .prefault({}),
});

export type MonitoringConfig = z.output<typeof monitoringConfig>;
export type MailConfig = z.output<typeof mail>;

/**
 * Config secrets (`pulumi config set --secret oneforall:<name> …`) of the monitoring stack. An address with a token in
 * it is as good as a password, so it is never plain configuration; to set one switches its receiver on.
 */
export const alertSecrets = {
  /** Every alert as JSON (Alertmanager's webhook format). */
  webhook: "alertWebhookUrl",
  /** Incoming webhook of Mattermost (or Slack). */
  mattermost: "alertMattermostUrl",
  /** Called every minute while alerting works; whoever watches it tells when the calls stop. */
  heartbeat: "alertHeartbeatUrl",
  /** Password for `alertmanager.mail.username`. */
  mailPassword: "alertMailPassword",
} as const;

export type AlertSecret = keyof typeof alertSecrets;
