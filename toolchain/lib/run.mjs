// Child processes that die with us, and a lock against a second installation at the same time.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** An error with a remedy; its message is all that a user needs to see. */
export class ToolchainError extends Error {}

/**
 * Runs a program to its end and returns its output. `tick` is called every second with the seconds it has been running.
 * An interrupt ends the child and then us, by the same signal.
 */
export async function run(command, args, { tick, ...options } = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const out = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (chunk) => (out[name] += chunk));
  const started = Date.now();
  const timer = tick && setInterval(() => tick(Math.round((Date.now() - started) / 1000)), 1000);
  let received;
  const stop = (signal) => {
    received = signal;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? signal));
    });
    if (received)
      throw Object.assign(new ToolchainError("interrupted; the next run goes on from here"), { signal: received });
    return { code, ...out };
  } finally {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, stop);
  }
}

/** As `run`, for programs that have to succeed. */
export async function runOrFail(what, command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const words = (result.stderr || result.stdout).trim().split("\n").slice(-12).join("\n  ");
    throw new ToolchainError(`${what} failed (${command} ${args[0]}, exit ${result.code}):\n  ${words}`);
  }
  return result;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `work` while no other process installs into the same home. */
export async function locked(home, log, work) {
  mkdirSync(home, { recursive: true });
  const path = join(home, ".oneforall-toolchain.lock");
  let waiting = false;
  for (;;) {
    try {
      const file = openSync(path, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    let owner;
    try {
      owner = Number(readFileSync(path, "utf8"));
    } catch {
      continue; // released in between
    }
    // An empty file is one whose owner is about to write its number: give it the time to.
    if (owner && !isAlive(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waiting)
      log(`toolchain: waiting for another installation (process ${owner || "unknown"}; its lock is ${path})`);
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
