/** Sizes and durations as people write them, and as Docker and Go want them. */
import type { Duration, Size } from "./spec";

const SIZE_UNITS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86400 } as const;

export const SIZE_PATTERN = /^(\d+)(KiB|MiB|GiB|TiB)$/;
export const DURATION_PATTERN = /^(\d+)(s|m|h|d)$/;

/** Bytes of a size. */
export function bytes(size: Size): number {
  const match = SIZE_PATTERN.exec(size);
  if (!match) throw new Error(`${JSON.stringify(size)} is not a size; give a whole number and KiB, MiB, GiB or TiB`);
  return Number(match[1]) * SIZE_UNITS[match[2] as keyof typeof SIZE_UNITS];
}

/** Whole mebibytes of a size, rounded up: the unit of Docker's memory limits in the provider. */
export function mebibytes(size: Size): number {
  return Math.ceil(bytes(size) / SIZE_UNITS.MiB);
}

/** Seconds of a duration. */
export function seconds(duration: Duration): number {
  const match = DURATION_PATTERN.exec(duration);
  if (!match) throw new Error(`${JSON.stringify(duration)} is not a duration; give a whole number and s, m, h or d`);
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

/**
 * A duration in Go's canonical form (`1m0s` for 60 s): the Docker provider stores that form and shows a change on every
 * preview for any other (measured; see toolchain/DIFFERENCES.md).
 */
export function goDuration(duration: Duration): string {
  const total = seconds(duration);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  if (m > 0) return `${m}m${s}s`;
  return `${s}s`;
}
