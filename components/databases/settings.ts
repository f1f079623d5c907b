/** Settings that database servers have in common. */
import { z } from "zod";
import type { Size } from "../core/spec";
import { bytes, SIZE_PATTERN } from "../core/units";

/** All of a container's memory. A template type is beyond zod's inference; the pattern is the type's own. */
export function memoryFrom(least: Size, example: Size) {
  return z.custom<Size>(
    (value) => typeof value === "string" && SIZE_PATTERN.test(value) && bytes(value as Size) >= bytes(least),
    `is not a size from ${least} on; give a whole number and MiB or GiB, for example ${example}`,
  );
}

/** Port of the edge, out of the pool edge.tcpPorts, under which the server is reached from outside. @default none */
export const publishPort = z.number().int().min(1).max(65_535).optional();

/** A database, and the users that it has besides the one of its own name, who may do everything in it. */
export function databaseWith<Name extends z.ZodType<string>, More extends z.ZodRawShape>(name: Name, more: More) {
  const user = z.strictObject({
    name,
    /** `write` changes rows of every table, `read` sees them. */
    rights: z.enum(["read", "write"]).default("read"),
  });
  return z.strictObject({ name, ...more, users: z.array(user).default([]) });
}

/** What PostgreSQL and MySQL are told alike. */
export const sqlServer = {
  /** @default what the memory is enough for */
  maxConnections: z.number().int().min(10).max(10_000).optional(),
  /** From how long on a query is logged. */
  slowQueryMilliseconds: z.number().int().min(0).default(1000),
  /** With false, databases and users that the program made and that aren't declared any more are dropped, with their data. */
  protect: z.boolean().default(true),
  publishPort,
};

interface Named {
  readonly name: string;
}

/** Refuses a name that stands for two things: each database has a user of its name. */
export function eachOnce(
  { databases }: { readonly databases: readonly (Named & { readonly users: readonly Named[] })[] },
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  databases.forEach((declared, index) => {
    [declared, ...declared.users].forEach(({ name }, at) => {
      const path = ["databases", index, ...(at === 0 ? ["name"] : ["users", at - 1, "name"])];
      if (seen.has(name)) context.addIssue({ code: "custom", path, message: "is there twice; rename one of them" });
      seen.add(name);
    });
  });
}
