/**
 * Kills a server in mid-write, again and again, and looks whether anything that it had acknowledged is gone. Seeded: the
 * moments of the kills are the same in every run with the same seed, as far as a real server allows.
 */
import { createHash } from "node:crypto";
import { output } from "../../../cli/run";
import { waitFor } from "../harness/wait";

/** One connection of a client. Both fail when the server is gone. */
export interface Connection {
  /** Resolves when the server has acknowledged the row. */
  write(row: number, text: string): Promise<void>;
  close(): Promise<void>;
}

export interface KillTarget {
  readonly name: string;
  /** Fails while the server doesn't serve. */
  connect(): Promise<Connection>;
  /** Every row that is there, over a connection of its own. */
  rows(): Promise<ReadonlyMap<number, string>>;
  /** Ends the server without a warning, and lets it start again. */
  kill(): Promise<void>;
}

export interface KillSettings {
  readonly kills: number;
  readonly seed: number;
  /** Clients that write at once. @default 4 */
  readonly writers?: number;
}

export interface KillCount {
  readonly kills: number;
  readonly acknowledged: number;
  /** Acknowledged rows that are gone, or hold something else. */
  readonly lost: readonly number[];
}

/** How long a server may take until it serves again. */
const PATIENCE_SECONDS = 90;
/** Rows of one writer; their numbers are `writer * ROWS + n`. */
const ROWS = 10_000_000;

/** kill -9 to the container's first process. Then Docker starts it again, at once: its own restarts wait longer each time. */
export async function killContainer(container: string): Promise<void> {
  await output("docker", ["kill", "--signal", "KILL", container]);
  await output("docker", ["start", container]);
}

export async function killWhileWriting(target: KillTarget, settings: KillSettings): Promise<KillCount> {
  const { kills, seed, writers: count = 4 } = settings;
  const random = generator(seed);
  const acknowledged = new Set<number>();
  const lost = new Set<number>();
  const writers = Array.from({ length: count }, (_, index) => new Writer(target, index, acknowledged));
  for (const writer of writers) writer.start();
  try {
    await progress(target, writers);
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(50 + random() * 450);
      await waitFor(`${target.name}: a write under way`, PATIENCE_SECONDS, () =>
        writers.some((writer) => writer.writing) ? true : undefined,
      );
      await target.kill();
      await progress(target, writers);
      for (const row of await missing(target, acknowledged)) lost.add(row);
    }
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()));
  }
  for (const row of await missing(target, acknowledged)) lost.add(row);
  return { kills, acknowledged: acknowledged.size, lost: [...lost].sort((a, b) => a - b) };
}

/** What a row holds: longer than a few bytes, so that a torn page would show. */
export function textOf(row: number): string {
  return createHash("sha256").update(String(row)).digest("hex").repeat(8);
}

/** Waits until every writer has had an acknowledgement of a write that it began after now. */
async function progress(target: KillTarget, writers: readonly Writer[]): Promise<void> {
  const before = writers.map((writer) => writer.written);
  // Two more: the first may have been acknowledged before the kill and only be counted now.
  await waitFor(`${target.name}: every client writes again`, PATIENCE_SECONDS, () => {
    const slow = writers.find((writer, index) => writer.written < (before[index] ?? 0) + 2);
    if (slow?.trouble) throw new Error(slow.trouble);
    return slow === undefined ? true : undefined;
  });
}

async function missing(target: KillTarget, acknowledged: ReadonlySet<number>): Promise<number[]> {
  // Asked first: what is acknowledged while we read isn't looked for.
  const expected = [...acknowledged];
  const there = await target.rows();
  return expected.filter((row) => there.get(row) !== textOf(row));
}

/** A client that writes one row after the other, and connects again whenever the server is gone. */
class Writer {
  writing = false;
  written = 0;
  trouble?: string;
  private next: number;
  private going = true;
  private ended: Promise<void> = Promise.resolve();

  constructor(
    private readonly target: KillTarget,
    index: number,
    private readonly acknowledged: Set<number>,
  ) {
    this.next = index * ROWS;
  }

  start(): void {
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    this.going = false;
    await this.ended;
  }

  private async run(): Promise<void> {
    while (this.going) {
      let connection: Connection | undefined;
      try {
        connection = await this.target.connect();
        await this.write(connection);
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error);
        await pause(100);
      } finally {
        this.writing = false;
        await connection?.close().catch(() => undefined);
      }
    }
  }

  private async write(connection: Connection): Promise<void> {
    while (this.going) {
      // A number is used once: whether a write that failed is there is nobody's promise.
      const row = this.next++;
      this.writing = true;
      await connection.write(row, textOf(row));
      this.writing = false;
      this.acknowledged.add(row);
      this.written += 1;
    }
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
