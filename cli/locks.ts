/** Locks of a state in files: whose they are, and whether their process is provably gone. */
import { readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";

export interface Lock {
  readonly file: string;
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** When it was taken. */
  readonly timestamp: Date;
}

/** What can be known here about the process that holds a lock. */
export interface LockHolder {
  readonly sameHost: boolean;
  /** Absent when no process has this id. */
  readonly process?: { readonly name: string; readonly startedAt: Date };
}

/** A lock is dead when its process can't exist any more: on this host, and its id is free or somebody else's by now. */
export function isDead(lock: Lock, holder: LockHolder): boolean {
  if (!holder.sameHost) return false;
  if (!holder.process) return true;
  const SLACK = 2000; // the kernel counts in ticks since boot
  return holder.process.name !== "pulumi" || holder.process.startedAt.getTime() > lock.timestamp.getTime() + SLACK;
}

/** Who holds it and for how long, in one line. */
export function describeLock(lock: Lock, now = new Date()): string {
  const minutes = Math.max(0, Math.round((now.getTime() - lock.timestamp.getTime()) / 60_000));
  const since = minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `process ${lock.pid} of ${lock.username} on ${lock.hostname}, for ${since}`;
}

/** A lock that can't be read (half written by a process that was killed) has no process: its file's time is its own. */
export function readLock(file: string): Lock {
  const written = statSync(file).mtime;
  try {
    const raw = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return {
      file,
      pid: Number(raw["pid"]),
      username: String(raw["username"]),
      hostname: String(raw["hostname"]),
      timestamp: typeof raw["timestamp"] === "string" ? new Date(raw["timestamp"]) : written,
    };
  } catch {
    return { file, pid: 0, username: "unknown", hostname: hostname(), timestamp: written };
  }
}

export function holderOfLock(lock: Lock): LockHolder {
  return { sameHost: lock.hostname === hostname(), process: processWithId(lock.pid) };
}

function processWithId(pid: number): LockHolder["process"] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name is in parentheses and may itself contain some.
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z") return undefined;
    const TICKS = 100; // USER_HZ, the same on every Linux that Node runs on
    const sinceBoot = Number(fields[18]) / TICKS;
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    return { name, startedAt: new Date((boot + sinceBoot) * 1000) };
  } catch {
    return undefined;
  }
}
