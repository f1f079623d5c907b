import { z } from "zod";
import { address, mailServer, size } from "../monitoring/config";

/** Settings of the chat; everything has a default. */
export const chatConfig = z.strictObject({
  /** Whether there is a chat. */
  enabled: z.boolean("is not true or false").default(false),
  /** What people see it called: Mattermost shows up to 30 letters. */
  title: z.string().min(1, "is empty; give a name").max(30, "is too long; give 30 letters or fewer").default("Chat"),
  /** The first team. Made once, and its owner's to change afterwards. */
  team: z
    .strictObject({
      /** As it stands in addresses. */
      name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,62}[a-z0-9]$/, "is not a team's name; give lower-case letters, digits and dashes")
        .default("main"),
      title: z.string().min(1, "is empty; give a name").default("Main"),
    })
    .prefault({}),
  /** Mail address of the first user, `admin`. @default admin at the platform's domain */
  adminEmail: address.optional(),
  /** Largest file that somebody can send. */
  maxFileSize: size.default("100MiB"),
  /** Invitations, notifications and forgotten passwords by mail; `chatMailPassword` for its user. @default no mail */
  mail: mailServer.optional(),
});

export type ChatConfig = z.output<typeof chatConfig>;

/** Config secret: the password for `chat.mail.username`. */
export const CHAT_MAIL_PASSWORD = "chatMailPassword";

/** Why a configuration can't work, in words; nothing when it can. */
export function validateChat({ mail }: Pick<ChatConfig, "mail">, hasMailPassword: boolean): string[] {
  if (mail?.username && !hasMailPassword) {
    return [
      `chat.mail.username: ${JSON.stringify(mail.username)} has no password; ` +
        `set it with: pulumi config set --secret oneforall:${CHAT_MAIL_PASSWORD}`,
    ];
  }
  if (hasMailPassword && !mail?.username) {
    return [`${CHAT_MAIL_PASSWORD} is a password without a user; give chat.mail.username, or remove the secret`];
  }
  return [];
}
