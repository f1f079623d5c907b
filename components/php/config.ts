/** What every PHP site can be told, whatever it runs. */
import { z } from "zod";
import { NAME_PATTERN } from "../core/naming";
import { sourceConfig } from "../core/source";
import type { Size } from "../core/spec";
import { SIZE_PATTERN } from "../core/units";

/** A template type is beyond zod's inference; the pattern is the type's own. */
const size = z.custom<Size>(
  (value) => typeof value === "string" && SIZE_PATTERN.test(value),
  "is not a size; give a whole number and KiB, MiB or GiB, for example 16MiB",
);

/** A directory below the source, kept in a volume: `uploads`, `sites/default/files`. */
const directory = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, "is not a directory below the source; give for example uploads");

export const phpSettings = z.strictObject({
  /** Of one request. */
  memoryLimit: size.default("128MiB"),
  maxExecutionSeconds: z.number().int().min(1).default(60),
  /** Fields of one form. */
  maxInputVars: z.number().int().min(1).default(1000),
});

/** Shared by the sites of the list and by those of an application (Drupal). */
export const siteFields = {
  /** Also its service, its volumes and, unless `hosts` says otherwise, its address. */
  name: z.string().regex(NAME_PATTERN, "is not a name; give lower-case letters, digits and dashes"),
  /** Names that lead to it: labels below the platform's domain, or whole names. */
  hosts: z.array(z.string().min(1)).min(1).optional(),
  /** Who gets in at the edge: everybody, as the site decides, or those with the admin password. */
  access: z.enum(["service", "admins"]).default("service"),
  /** Of the container: what its processes and its temporary files may use together. */
  memory: size.default("256MiB"),
  /** The largest request body that is taken, above it 413. */
  upload: size.default("16MiB"),
  php: phpSettings.prefault({}),
};

export const siteConfig = z.strictObject({
  ...siteFields,
  /** Its files; without one a volume that somebody fills (docs/cms.md). */
  source: sourceConfig.optional(),
  /** A database of its own, told by the environment (docs/cms.md). */
  database: z.enum(["postgres", "mysql"]).optional(),
  /** Directory of the source that is served; what is beside it is out of reach. */
  webRoot: directory.optional(),
  /** Directories below the source that the site writes to. PHP in them is never run. */
  writable: z.array(directory).default([]),
});

export type PhpSettings = z.output<typeof phpSettings>;
export type SiteConfig = z.output<typeof siteConfig>;
