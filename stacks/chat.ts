import type { Platform } from "../components/core/platform";
import type { DatabaseAccess } from "../components/databases/access";
import { Mattermost } from "../components/mattermost";
import { CHAT_MAIL_PASSWORD, type ChatConfig } from "../components/mattermost/config";

/** People talking to each other, and the platform to them. Nothing unless it is wanted. */
export function chat(
  platform: Platform,
  config: ChatConfig,
  postgres: { database(name: string): DatabaseAccess },
): Mattermost | undefined {
  let made: Mattermost | undefined;
  if (!config.enabled) return made;
  platform.offer("mattermost", config.title, () => {
    const database = postgres.database("mattermost");
    made = new Mattermost(platform, {
      config,
      database,
      mailPassword: platform.secrets.given(CHAT_MAIL_PASSWORD),
    });
  });
  return made;
}
