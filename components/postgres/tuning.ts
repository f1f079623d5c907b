/** What PostgreSQL's memory is divided into. Pure. */
import type { PostgresConfig } from "./config";
import { mebibytes } from "../core/units";

export interface Tuning {
  readonly maxConnections: number;
  readonly sharedBuffersMiB: number;
  readonly effectiveCacheMiB: number;
  readonly maintenanceMiB: number;
  /** What one sort or hash of one query may use. */
  readonly workKiB: number;
}

/**
 * A quarter for the buffers and half as what the kernel caches are the documentation's own words (19.4.1, 19.7.2). What
 * queries use is divided so that three sorts in each connection still fit; more would be ended by the kernel instead.
 */
export function tuning({ memory, maxConnections }: Pick<PostgresConfig, "memory" | "maxConnections">): Tuning {
  const all = mebibytes(memory);
  const connections = maxConnections ?? between(20, Math.floor(all / 8), 500);
  const sharedBuffersMiB = Math.floor(all / 4);
  return {
    maxConnections: connections,
    sharedBuffersMiB,
    effectiveCacheMiB: Math.floor(all / 2),
    maintenanceMiB: between(16, Math.floor(all / 16), 1024),
    workKiB: between(1024, Math.floor(((all - sharedBuffersMiB) * 1024) / (3 * connections)), 256 * 1024),
  };
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
