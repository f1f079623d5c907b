/** Load on a proxy: as much as it takes (wrk), and steady requests of which each one counts. */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import type { LoadResult, LoadSettings } from "../../tests/e2e/harness/load";

export interface Throughput {
  readonly perSecond: number;
  readonly p99Ms: number;
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** As many requests as 32 connections bring through, for some seconds. */
export function throughput(
  network: string,
  image: string,
  at: { url: string; host: string; address: string },
  seconds: number,
): Throughput {
  const run = ["run", "--rm", "--network", network, "--add-host", `${at.host}:${at.address}`, image];
  const wrk = ["wrk", "-t1", "-c32", `-d${seconds}s`, "--latency", at.url];
  const said = execFileSync("docker", [...run, ...wrk], { encoding: "utf8" });
  if (/Socket errors|Non-2xx/.test(said)) throw new Error(`${at.url}:\n${said}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(said)?.[1]);
  const [, amount, unit = ""] = /99%\s+([\d.]+)(us|ms|s)/.exec(said) ?? [];
  return { perSecond, p99Ms: Number(amount) * (UNITS[unit] ?? NaN) };
}

/** Steady requests by the client of the end-to-end tests, until told to stop. */
export function steadyLoad(load: LoadSettings): { stop(): Promise<LoadResult> } {
  const script = join(__dirname, "..", "..", "tests", "e2e", "harness", "load.ts");
  const words = ["--import", "tsx", script, JSON.stringify(load)];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    async stop() {
      child.stdin.end();
      await ended;
      return JSON.parse(said) as LoadResult; // what the client prints
    },
  };
}
