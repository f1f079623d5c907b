import { z } from "zod";
import { mysqlConfig } from "../mysql/config";
import { postgresConfig } from "../postgres/config";
import { redisConfig } from "../redis/config";

/** Settings of the database servers: each exists when it stands here, or when a service asks for a database of it. */
export const databasesConfig = z.strictObject({
  postgres: postgresConfig.optional(),
  mysql: mysqlConfig.optional(),
  redis: redisConfig.optional(),
});

export type DatabasesConfig = z.output<typeof databasesConfig>;
