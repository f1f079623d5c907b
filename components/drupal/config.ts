import { z } from "zod";
import { siteFields } from "../php/config";
import { sourceConfig } from "../core/source";

export const drupalConfig = z.strictObject({
  ...siteFields,
  /** Drupal needs more than a small site: with less, its installation ends half-way. */
  memory: siteFields.memory.default("512MiB"),
  /**
   * A Composer project with web/ and vendor/ in it, drush included, served by our own image. Without it the code is that
   * of upstream's image, which has no drush.
   */
  source: sourceConfig.optional(),
  database: z.enum(["postgres", "mysql"]).default("postgres"),
  /** What a new site is installed with. */
  profile: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "is not the name of a profile; give for example standard")
    .default("standard"),
  /** Its administrator's address, and the sender of its mail. */
  mail: z.email("is not a mail address; give for example ops@example.org").default("admin@localhost.localdomain"),
  /** How often its cron runs. */
  cronMinutes: z.number().int().min(1).default(15),
});

export type DrupalConfig = z.output<typeof drupalConfig>;
