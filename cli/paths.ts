/** Where things of one checkout lie. All that `npm run up` makes in it is below `.oneforall/`, but the stack's settings. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export const ROOT = join(__dirname, "..");
export const PROJECT = "oneforall";
export const OWN = join(ROOT, ".oneforall");
export const PASSPHRASE = join(OWN, "passphrase");

/** Prefix of every Docker name of a stack's platform, and the value of its label. */
export function platformName(stack: string): string {
  return `${PROJECT}-${stack}`;
}

/** Secrets that live as long as the data; written by components/core/keep.mjs. */
export function keepFile(stack: string): string {
  return join(OWN, `keep-${stack}.json`);
}

export function caFile(stack: string): string {
  return join(OWN, `ca-${stack}.crt`);
}

export function settingsFile(stack: string): string {
  return join(ROOT, `Pulumi.${stack}.yaml`);
}

/** The folder of the state where it is in files; nothing for a state elsewhere (PULUMI_BACKEND_URL). */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env["PULUMI_BACKEND_URL"];
  if (!url) return join(OWN, "state");
  return url.startsWith("file:///") ? fileURLToPath(url.split("?")[0] as string) : undefined;
}

/** The stacks that have a state in this folder. */
export function stacksIn(folder: string): string[] {
  const stacks = join(folder, ".pulumi", "stacks", PROJECT);
  if (!existsSync(stacks)) return [];
  const names = readdirSync(stacks).map((file) => /^(.+?)\.json(\.gz|\.zst)?$/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The plain values of a stack's settings, as Pulumi.<stack>.yaml has them; also before Pulumi is there to ask. */
export function readSettings(stack: string): Record<string, unknown> {
  const file = settingsFile(stack);
  if (!existsSync(file)) return {};
  const settings = (parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } | null)?.config ?? {};
  const own = Object.entries(settings).filter(([key]) => key.startsWith(`${PROJECT}:`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(PROJECT.length + 1), plain(value)]));
}

/** `pulumi config set` stores an object as one JSON text unless it was set by --path. */
function plain(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value; // the program says what is wrong with it
  }
}
