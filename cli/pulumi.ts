/** The pinned Pulumi CLI on one stack, by the project's wrapper (which finds state and passphrase). */
import { join } from "node:path";
import { Interrupted, Refusal } from "./main";
import { ROOT } from "./paths";
import { run, show, type RunResult } from "./run";

const WRAPPER = join(ROOT, "toolchain", "pulumi.mjs");

export interface PulumiOptions {
  readonly input?: string;
}

/** Runs `pulumi <words> --stack <stack>` and gives what it said. */
export function pulumi(stack: string, words: readonly string[], options: PulumiOptions = {}): Promise<RunResult> {
  return run(process.execPath, [WRAPPER, ...words, "--stack", stack, "--non-interactive"], {
    cwd: ROOT,
    input: options.input,
  });
}

/** The same, for words that have to succeed; gives their stdout. */
export async function pulumiOutput(stack: string, words: readonly string[], options?: PulumiOptions): Promise<string> {
  const { code, stdout, stderr } = await pulumi(stack, words, options);
  if (code !== 0) throw new Refusal(`pulumi ${words.join(" ")} --stack ${stack} failed:\n${(stderr || stdout).trim()}`);
  return stdout;
}

/**
 * Runs `pulumi <words>` on our own terminal with its progress; gives its exit code.
 * Asked to stop, Pulumi ends the steps that it is in and writes the state; the next run goes on from there.
 */
export async function pulumiShown(stack: string, words: readonly string[], again: string): Promise<number> {
  const plain = process.stdout.isTTY ? [] : ["--non-interactive", "--suppress-progress", "--color", "never"];
  const { code, interrupted } = await show(process.execPath, [WRAPPER, ...words, "--stack", stack, ...plain], {
    cwd: ROOT,
  });
  if (interrupted) throw new Interrupted(`Stopped. Nothing is lost: \`${again}\` goes on from here.`);
  return code;
}

/** A resource as the exported state has it; what is not needed here is left out. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly outputs?: Record<string, unknown>;
}

export interface Deployment {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  };
}

export async function exportState(stack: string): Promise<Deployment> {
  return JSON.parse(await pulumiOutput(stack, ["stack", "export"])) as Deployment;
}

export async function importState(stack: string, state: Deployment): Promise<void> {
  await pulumiOutput(stack, ["stack", "import"], { input: JSON.stringify(state) });
}
