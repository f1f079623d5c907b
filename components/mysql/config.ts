/** What a MySQL server can be told. */
import { z } from "zod";
import type { Size } from "../core/spec";
import { bytes, SIZE_PATTERN } from "../core/units";
import { VERSIONS } from "./flavours";
import { EXPORTER, SUPERUSER } from "./places";

/** A template type is beyond zod's inference; the pattern is the type's own. */
const size = z.custom<Size>(
  (value) => typeof value === "string" && SIZE_PATTERN.test(value) && bytes(value as Size) >= bytes("256MiB"),
  "is not a size from 256MiB on; give a whole number and MiB or GiB, for example 512MiB",
);

const OWN = [SUPERUSER, EXPORTER, "oneforall", "mysql", "sys", "information_schema", "performance_schema"];

/** 32 letters are what MySQL takes for an account; in quotes everywhere. */
export const mysqlName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "is not a name; give up to 32 lower-case letters, digits, - and _")
  .refine((name) => !OWN.includes(name), "is a name of the server's own; give another");

const user = z.strictObject({
  name: mysqlName,
  /** `write` changes rows of every table, `read` sees them. The user with the database's name may do everything in it. */
  rights: z.enum(["read", "write"]).default("read"),
});

const database = z.strictObject({ name: mysqlName, users: z.array(user).default([]) });

export const mysqlConfig = z
  .strictObject({
    /** MariaDB or MySQL, and its series; data of one is never given to the other. */
    version: z.enum(VERSIONS).default("mariadb-11.8"),
    /** All of the container's memory; buffers and connections follow from it. */
    memory: size.default("512MiB"),
    /** @default one for each 6 MiB of memory, 20 to 500 */
    maxConnections: z.number().int().min(10).max(10_000).optional(),
    /** From how long on a query is logged. */
    slowQueryMilliseconds: z.number().int().min(0).default(1000),
    databases: z.array(database).default([]),
    /** With false, databases and users that the program made and that aren't declared any more are dropped, with their data. */
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

export type MysqlConfig = z.output<typeof mysqlConfig>;
