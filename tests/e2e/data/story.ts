/**
 * What a test of a database server does around the `up`s that all servers share: one for what is made at first, one for
 * what changes while clients are connected, one for what needs a restart.
 */
import { lines } from "../../../cli/docker";
import { output } from "../../../cli/run";
import type { KillTarget } from "./kills";

export interface World {
  /** Docker's prefix of everything. */
  readonly platform: string;
  /** Root certificate of the platform's authority. */
  readonly ca: string;
}

/** Clients that ask all the time over connections that stay open. */
export interface Busy {
  stop(): Promise<{ readonly queries: number; readonly failed: readonly string[] }>;
}

export interface Story {
  readonly engine: string;
  /** The server's part of `databases` in the configuration, for each of the three `up`s. */
  readonly settings: { readonly first: object; readonly live: object; readonly restarted: object };
  /** Raised in the second: passwords that are rotated. */
  readonly rotated: readonly string[];
  /** After the first: databases are made and written to; nobody else gets in. */
  created(world: World): Promise<void>;
  /** Before the second. */
  busy(world: World): Promise<Busy>;
  /** After it: the new user is there, the old password isn't. */
  changed(world: World): Promise<void>;
  /** After the third: the new tuning counts, and everything written is there. */
  restarted(world: World): Promise<void>;
  target(world: World): KillTarget;
}

/** Where a server is reached from the host: its address changes with every start. */
export async function addressOf({ platform }: World, service: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${platform}-${service}").IPAddress}}`;
  const [address] = lines(await output("docker", ["inspect", "--format", format, `${platform}-${service}`]));
  if (!address) throw new Error(`${service} has no address`);
  return address;
}

/** A user's password, from the file that the server reads. */
export async function passwordOf({ platform }: World, service: string, user: string): Promise<string> {
  return output("docker", ["exec", `${platform}-${service}`, "cat", `/run/database/passwords/${user}`]);
}

/** What an exporter shows. */
export async function metricsOf({ platform }: World, exporter: string, port: number): Promise<string> {
  const container = `${platform}-${exporter}`;
  const format = `{{(index .NetworkSettings.Networks "${platform}-monitoring").IPAddress}}`;
  const [address = ""] = lines(await output("docker", ["inspect", "--format", format, container]));
  const answer = await fetch(`http://${address}:${port}/metrics`);
  return answer.text();
}

/** The error of something that has to fail. */
export async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it was let in");
}

/** Runs queries one after the other until it is stopped. */
export function keepAsking(clients: readonly (() => Promise<unknown>)[], close: () => Promise<unknown>): Busy {
  let [going, queries] = [true, 0];
  const failed: string[] = [];
  const running = clients.map(async (ask) => {
    while (going) {
      queries += 1;
      await ask().catch((error: unknown) => failed.push(error instanceof Error ? error.message : String(error)));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  return {
    async stop() {
      going = false;
      await Promise.all(running);
      await close();
      return { queries, failed };
    },
  };
}
