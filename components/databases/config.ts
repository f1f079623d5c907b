import { z } from "zod";
import { postgresConfig } from "../postgres/config";

/** Settings of the database servers: each exists when it stands here, or when a service asks for a database of it. */
export const databasesConfig = z.strictObject({
  postgres: postgresConfig.optional(),
});

export type DatabasesConfig = z.output<typeof databasesConfig>;
