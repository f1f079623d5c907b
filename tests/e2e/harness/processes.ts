/** Programs that a test starts, watches and kills. */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface Running {
  readonly child: ChildProcess;
  /** All that it has said on both streams. */
  output(): string;
  /** Resolves when its output matches; rejects when it ends before. */
  seen(pattern: RegExp): Promise<void>;
  /** Its exit code, or 128 and the signal. */
  readonly ended: Promise<number>;
}

export function start(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Running {
  // A group of its own: the terminal's Ctrl-C for the test is not one for it.
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const watchers = new Set<() => void>();
  let text = "";
  const take = (chunk: string) => {
    text += chunk;
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => {
      take(error.message);
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 137)));
  });
  const seen = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watcher = () => {
        if (!pattern.test(text)) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
      void ended.then((code) => {
        if (watchers.delete(watcher))
          reject(new Error(`ended with ${code} before ${pattern} was seen:\n${tail(text)}`));
      });
    });
  return { child, output: () => text, seen, ended };
}

/** A signal to a program and all that it started: what a terminal's Ctrl-C does. */
export function signalAll({ child }: Running, signal: NodeJS.Signals): void {
  if (child.pid === undefined) throw new Error("it never started");
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It ended by itself just before.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The last lines, for an error message. */
export function tail(text: string, lines = 40): string {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** Ids of the processes with this name that work in a folder: never those of another checkout. */
export function processesIn(folder: string, name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name && readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}

/** kill -9 to the engine that works in a folder. */
export function killEngine(folder: string): void {
  const engines = processesIn(folder, "pulumi");
  if (engines.length === 0) throw new Error(`no pulumi works in ${folder}`);
  for (const pid of engines) process.kill(pid, "SIGKILL");
}
