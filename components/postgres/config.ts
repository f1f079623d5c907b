/** What a PostgreSQL server can be told. */
import { z } from "zod";
import { loadCatalogue } from "../../images/recipe";
import type { Size } from "../core/spec";
import { bytes, SIZE_PATTERN } from "../core/units";
import { ADMINISTRATOR } from "./places";

/** A template type is beyond zod's inference; the pattern is the type's own. */
const size = z.custom<Size>(
  (value) => typeof value === "string" && SIZE_PATTERN.test(value) && bytes(value as Size) >= bytes("128MiB"),
  "is not a size from 128MiB on; give a whole number and MiB or GiB, for example 512MiB",
);

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

const user = z.strictObject({
  name: databaseName,
  /** `write` changes rows of every table, `read` sees them. The database's owner has its name and may do everything. */
  rights: z.enum(["read", "write"]).default("read"),
});

const database = z.strictObject({
  name: databaseName,
  extensions: z.array(extensionName).default([]),
  users: z.array(user).default([]),
});

/** The major versions that the catalogue has an image of. */
const MAJORS = Object.keys(loadCatalogue()).flatMap((name) => /^postgres-(\d+)$/.exec(name)?.[1] ?? []);

export const postgresConfig = z
  .strictObject({
    /** Major version. Another one is an upgrade; see docs/databases.md. */
    version: z.enum(MAJORS).default("17"),
    /** All of the container's memory; buffers and connections follow from it. */
    memory: size.default("512MiB"),
    /** @default one for each 8 MiB of memory, 20 to 500 */
    maxConnections: z.number().int().min(10).max(10_000).optional(),
    /** From how long on a statement is logged, without its parameters. */
    slowQueryMilliseconds: z.number().int().min(0).default(1000),
    databases: z.array(database).default([]),
    /** With false, databases that the program made and that aren't declared any more are dropped, with their data. */
    protect: z.boolean().default(true),
    /** Port of the edge, out of the pool edge.tcpPorts, under which the server is reached from outside. @default none */
    publishPort: z.number().int().min(1).max(65_535).optional(),
  })
  .superRefine(({ databases }, context) => {
    const seen = new Set<string>();
    databases.forEach((declared, index) => {
      [declared, ...declared.users].forEach(({ name }, at) => {
        const path = ["databases", index, ...(at === 0 ? ["name"] : ["users", at - 1, "name"])];
        if (seen.has(name)) context.addIssue({ code: "custom", path, message: "is there twice; rename one of them" });
        seen.add(name);
      });
    });
  });

export type PostgresConfig = z.output<typeof postgresConfig>;
