/** Running other programs: their output as text, or our terminal as theirs. */
import { spawn, type SpawnOptions } from "node:child_process";
import { constants } from "node:os";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Killed after so long; its code is then 124, as timeout(1) has it. */
  readonly timeoutSeconds?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and gives what it said, whatever its exit code is. A program that isn't there has code 127. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr, late] = ["", "", false];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const stop = () => {
      late = true;
      child.kill("SIGKILL");
    };
    const timer = options.timeoutSeconds ? setTimeout(stop, options.timeoutSeconds * 1000) : undefined;
    child.on("error", (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: error.message });
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : exitCode(code, signal), stdout, stderr });
    });
    // A program that ends without reading its input isn't an error of ours.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a program that has to succeed; gives its stdout. */
export async function output(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} ended with ${result.code}: ${(result.stderr || result.stdout).trim()}`,
    );
  }
  return result.stdout;
}

/** Whether Ctrl-C reaches our children by the terminal, without us. */
export function onTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

export interface ShownResult {
  readonly code: number;
  /** The person (or whoever started us) asked to stop. */
  readonly interrupted: boolean;
}

/**
 * Runs a program on our own terminal. Ctrl-C reaches it exactly once (a second one means "at once" to Pulumi, which then
 * loses track of what it was making), and we end after it.
 */
export function show(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<ShownResult> {
  const shared = onTerminal();
  return new Promise((resolve) => {
    // Without a terminal, whoever signals our process group would reach the child directly and through us.
    const child = spawn(command, args, { stdio: "inherit", ...options, detached: !shared });
    let interrupted = false;
    const pass = (signal: NodeJS.Signals) => {
      if (!interrupted && !(shared && signal === "SIGINT")) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
      interrupted = true;
    };
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    const end = (code: number) => {
      for (const signal of signals) process.removeListener(signal, pass);
      resolve({ code, interrupted });
    };
    child.on("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      end(127);
    });
    child.on("close", (code, signal) => end(exitCode(code, signal)));
  });
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}
