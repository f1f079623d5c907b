/** What a PostgreSQL server can be told. */
import { z } from "zod";
import { loadCatalogue } from "../../images/recipe";
import { databaseWith, eachOnce, memoryFrom, sqlServer } from "../databases/settings";
import { ADMINISTRATOR } from "./places";

const OWN = [ADMINISTRATOR, "template0", "template1", "public"];

/** In quotes everywhere; still one form for all of them, within the server's 63 bytes. */
export const databaseName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "is not a name; give up to 63 lower-case letters, digits, - and _")
  .refine(
    (name) => !OWN.includes(name) && !/^(pg_|oneforall_)/.test(name),
    "is a name of the server's own; give another",
  );

export const extensionName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "is not the name of an extension; give for example pg_trgm");

const database = databaseWith(databaseName, { extensions: z.array(extensionName).default([]) });

/** The major versions that the catalogue has an image of. */
const MAJORS = Object.keys(loadCatalogue()).flatMap((name) => /^postgres-(\d+)$/.exec(name)?.[1] ?? []);

export const postgresConfig = z
  .strictObject({
    /** Major version. Another one is an upgrade; see docs/databases.md. */
    version: z.enum(MAJORS).default("17"),
    /** All of the container's memory; buffers and, one for each 8 MiB up to 500, connections follow from it. */
    memory: memoryFrom("128MiB", "512MiB").default("512MiB"),
    ...sqlServer,
    databases: z.array(database).default([]),
  })
  .superRefine(eachOnce);

export type PostgresConfig = z.output<typeof postgresConfig>;
