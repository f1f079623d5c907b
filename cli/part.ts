/** One timed part of the tests: a runner, its count, its minutes and its budget. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUDGETS } from "./budgets";
import { countJest, type Count, type JestReport } from "./count";
import { Interrupted, say } from "./main";
import { ROOT } from "./paths";
import { run, show } from "./run";

/** In CI nothing is skipped for convenience, and budgets hold. */
export const CI = process.env["CI"] === "true";

export interface Part {
  readonly name: string;
  readonly count: Count;
  readonly minutes: number;
}

/** Runs a part and takes its time. */
export async function part(name: string, work: () => Promise<Count>): Promise<Part> {
  say(`\n── ${name} ──`);
  const started = Date.now();
  const count = await work();
  return { name, count, minutes: (Date.now() - started) / 60_000 };
}

/** Every e2e test reads this: the short form is for CI, the long one resolves an issue. */
export type Form = "short" | "long";

/** One area's end-to-end tests; each prints its figures. */
export function endToEnd(area: string, form: Form): Promise<Count> {
  const file = join("tests", "e2e", `${area}.test.ts`);
  return jest(["--selectProjects", "e2e", "--runInBand", file], { ONEFORALL_FORM: form });
}

/** Runs jest on our terminal and counts from its own report. */
export async function jest(args: readonly string[], env: Record<string, string> = {}): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "oneforall-jest-"));
  const report = join(folder, "report.json");
  try {
    const { code, interrupted } = await show(
      process.execPath,
      [
        join(ROOT, "node_modules", "jest", "bin", "jest.js"),
        "--json",
        `--outputFile=${report}`,
        ...(CI ? ["--ci"] : []),
        ...args,
      ],
      // jest's own lines go to stderr; stdout has the figures.
      { cwd: ROOT, env: { ...process.env, ...env } },
    );
    if (interrupted) throw new Interrupted("Stopped.");
    return countJest(read(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(file: string): JestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as JestReport;
  } catch {
    return undefined;
  }
}

/** Tests that need no transform, run by Node's own runner; its report ends in a summary of counts. */
export async function nodeTests(folder: string): Promise<Count> {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(".test.mjs"));
  const args = ["--test", "--test-reporter=tap", ...files.map((name) => join(folder, name))];
  const { code, stdout } = await run(process.execPath, args, { cwd: ROOT });
  const summary = (key: string) => Number(new RegExp(`^# ${key} (\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
  const failed = summary("fail") + summary("cancelled");
  if (code !== 0) say(stdout);
  return {
    passed: summary("pass"),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: summary("skipped") + summary("todo"),
  };
}

/** A command that passes or fails as a whole. */
export async function command(title: string, args: readonly string[]): Promise<Count> {
  const { code, interrupted } = await show(process.execPath, args, { cwd: ROOT, stdio: ["inherit", 2, 2] });
  if (interrupted) throw new Interrupted("Stopped.");
  say(`${code === 0 ? "✓" : "✗"} ${title}`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** How far over its budget a part may be before CI fails: machines of one kind differ by this much from hour to hour. */
const SLACK = 1.5;

/** Minutes of a part beside its budget. */
export function renderMinutes({ name, minutes }: Part): string {
  const budget = BUDGETS[name];
  const shown = `${name}: ${minutes.toFixed(1)} minutes`;
  return budget === undefined ? shown : `${shown} of ${budget}${minutes > budget ? ": OVER BUDGET" : ""}`;
}

export function overBudget({ name, minutes }: Part): boolean {
  return minutes > SLACK * (BUDGETS[name] ?? Number.POSITIVE_INFINITY);
}
