/** What a MySQL server can be told. */
import { z } from "zod";
import { databaseWith, eachOnce, memoryFrom, sqlServer } from "../databases/settings";
import { VERSIONS } from "./flavours";
import { EXPORTER, SUPERUSER } from "./places";

const OWN = [SUPERUSER, EXPORTER, "oneforall", "mysql", "sys", "information_schema", "performance_schema"];

/** 32 letters are what MySQL takes for an account; in quotes everywhere. */
export const mysqlName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "is not a name; give up to 32 lower-case letters, digits, - and _")
  .refine((name) => !OWN.includes(name), "is a name of the server's own; give another");

export const mysqlConfig = z
  .strictObject({
    /** MariaDB or MySQL, and its series; data of one is never given to the other. */
    version: z.enum(VERSIONS).default("mariadb-11.8"),
    /** All of the container's memory; buffers and, one for each 6 MiB up to 500, connections follow from it. */
    memory: memoryFrom("256MiB", "512MiB").default("512MiB"),
    ...sqlServer,
    databases: z.array(databaseWith(mysqlName, {})).default([]),
  })
  .superRefine(eachOnce);

export type MysqlConfig = z.output<typeof mysqlConfig>;
