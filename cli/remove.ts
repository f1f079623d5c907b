/** What `npm run down` removes besides what Pulumi destroys. */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { volumesOf } from "./docker";
import { say } from "./main";
import { caFile, keepFile, OWN, PASSPHRASE, platformName, settingsFile, stacksIn, stateFolder } from "./paths";
import { pulumiOutput } from "./pulumi";
import { output } from "./run";
import { stackExists } from "./stack";

/** Volumes of rendered files and secrets that a killed run made and nobody recorded: never data, made again by any `up`. */
export async function removeContentVolumes(stack: string): Promise<void> {
  const left = (await volumesOf(platformName(stack))).filter(({ content }) => content).map(({ name }) => name);
  if (left.length > 0) await output("docker", ["volume", "rm", ...left]);
}

/** The volumes with data, and the host's records that say that there must be data. */
export async function removeData(stack: string): Promise<void> {
  const platform = platformName(stack);
  const names = (await volumesOf(platform)).map(({ name }) => name);
  if (names.length > 0) await output("docker", ["volume", "rm", ...names]);
  for (const name of names) say(`Removed the volume ${name}`);
  const home = process.getuid?.() === 0 ? "/var/lib/oneforall" : join(homedir(), ".local", "share", "oneforall");
  rmSync(join(home, platform), { recursive: true, force: true });
  removeIfEmpty(home);
}

/** The stack with its history and backups; its settings too, unless they hold more than we wrote ourselves. */
export async function removeStack(stack: string): Promise<void> {
  if (await stackExists(stack)) {
    await pulumiOutput(stack, ["stack", "rm", "--yes", "--remove-backups", "--preserve-config"]);
  }
  const file = settingsFile(stack);
  if (!existsSync(file)) return;
  const rest = withoutOurSettings(readFileSync(file, "utf8"));
  if (rest === undefined) rmSync(file);
  else writeFileSync(file, rest);
}

/** A stack's settings without the salt of a passphrase that goes; nothing when only our own choices would be left. */
export function withoutOurSettings(text: string): string | undefined {
  const document = parseDocument(text);
  document.delete("encryptionsalt");
  const left = (document.toJS() ?? {}) as { config?: Record<string, unknown> };
  const keys = Object.keys(left.config ?? {}).filter((key) => key !== "oneforall:imageSource");
  return Object.keys(left).every((key) => key === "config") && keys.length === 0 ? undefined : document.toString();
}

/** Our files about the stack; the passphrase and the state's folder with the last one. */
export function removeOwnFiles(stack: string): void {
  for (const file of [keepFile(stack), caFile(stack)]) rmSync(file, { force: true });
  const state = join(OWN, "state");
  const others = stateFolder() === state ? stacksIn(state) : [];
  const kept = existsSync(OWN) ? readdirSync(OWN).filter((name) => /^keep-.+\.json$/.test(name)) : [];
  if (others.length === 0 && kept.length === 0) {
    rmSync(state, { recursive: true, force: true });
    rmSync(PASSPHRASE, { force: true });
  }
  removeIfEmpty(OWN);
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}
