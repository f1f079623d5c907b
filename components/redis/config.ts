/** What a Redis server can be told. */
import { z } from "zod";
import { memoryFrom, publishPort } from "../databases/settings";
import { EXPORTER, SUPERUSER } from "./places";

export const redisName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, "is not a name; give up to 32 lower-case letters, digits, dashes and underscores")
  .refine((value) => !["default", SUPERUSER, EXPORTER].includes(value), "is a name of the server's own; give another");

const user = z.strictObject({
  name: redisName,
  /** Keys that it may use, as Redis's patterns. */
  keys: z
    .array(z.string().regex(/^[^\s"'\\]+$/, "is not a pattern of keys; give for example shop:*"))
    .min(1)
    .default(["*"]),
});

export const redisConfig = z
  .strictObject({
    users: z.array(user).default([]),
    /**
     * What outlives the server's end. `none`: a cache in memory only, in which the oldest make room. `everysec`: all but the
     * last seconds before a crash of the host. `always`: every write is on disk before it is acknowledged.
     */
    persistence: z.enum(["none", "everysec", "always"]).default("everysec"),
    memory: memoryFrom("64MiB", "256MiB").default("256MiB"),
    /** Commands that take longer are kept in SLOWLOG. */
    slowMilliseconds: z.number().int().min(1).default(10),
    publishPort,
  })
  .superRefine(({ users }, context) => {
    users.forEach(({ name }, index) => {
      if (users.findIndex((other) => other.name === name) === index) return;
      context.addIssue({
        code: "custom",
        path: ["users", index, "name"],
        message: "is there twice; rename one of them",
      });
    });
  });

export type RedisConfig = z.output<typeof redisConfig>;
