/** The stack's place: state, passphrase and settings, made when they aren't there, never silently made anew. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ownFolder } from "./facts";
import { Refusal, say } from "./main";
import { OWN, PASSPHRASE, ROOT, settingsFile, stacksIn, stateFolder } from "./paths";
import { pulumiOutput } from "./pulumi";

/** What is known before the decision about a passphrase. */
export interface PassphraseFacts {
  readonly inEnvironment: boolean;
  readonly fileExists: boolean;
  /** What was encrypted with a passphrase that then has to be somewhere. */
  readonly encrypted: readonly string[];
}

export type PassphrasePlan = "use" | "generate" | "refuse";

/** A new passphrase opens nothing that is there: it is made only where there is nothing. */
export function planPassphrase(facts: PassphraseFacts): PassphrasePlan {
  if (facts.inEnvironment || facts.fileExists) return "use";
  return facts.encrypted.length === 0 ? "generate" : "refuse";
}

/** Makes sure that there is a place for the state and a passphrase that opens it. */
export function ensurePassphrase(): void {
  const state = stateFolder();
  ownFolder(OWN);
  if (state) ownFolder(state);
  const environment = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
  const encrypted = [...(state ? stacksIn(state).map((stack) => `the state of stack ${stack}`) : []), ...keepFiles()];
  const plan = planPassphrase({
    inEnvironment: environment.some((name) => process.env[name] !== undefined),
    fileExists: existsSync(PASSPHRASE),
    encrypted,
  });
  const shown = relative(ROOT, PASSPHRASE);
  if (plan === "refuse") {
    throw new Refusal(
      `The passphrase is missing: ${shown} isn't there, and it opens ${encrypted.join(", ")}.\n` +
        `Put it back from where you keep it, or set PULUMI_CONFIG_PASSPHRASE_FILE to its place.\n` +
        `Without it the secrets are lost; \`rm -r ${relative(ROOT, OWN)}\` then begins with nothing.`,
    );
  }
  if (plan === "generate") {
    // Whole or not at all, also when we are interrupted.
    writeFileSync(`${PASSPHRASE}.new`, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
    renameSync(`${PASSPHRASE}.new`, PASSPHRASE);
    say(`Generated a passphrase for the state's secrets: ${shown} (keep a copy of it elsewhere)`);
  }
}

function keepFiles(): string[] {
  return existsSync(OWN) ? readdirSync(OWN).filter((name) => /^keep-.+\.json$/.test(name)) : [];
}

/** Whether the stack has a state. Asked of the files where it is in files: Pulumi takes a second to say so. */
export async function stackExists(stack: string): Promise<boolean> {
  const folder = stateFolder();
  if (folder) return stacksIn(folder).includes(stack);
  const all = JSON.parse(await pulumiOutput(stack, ["stack", "ls", "--json"])) as { name: string }[];
  return all.some(({ name }) => name.split("/").pop() === stack);
}

/** Makes the stack if it isn't there; `pulumi` without --stack then means this one. */
export async function ensureStack(stack: string): Promise<void> {
  if (await stackExists(stack)) return;
  await pulumiOutput(stack, ["stack", "select", "--create"]);
  say(`Created the stack ${stack} (state in ${stateShown()}, settings in ${relative(ROOT, settingsFile(stack))})`);
}

function stateShown(): string {
  const folder = stateFolder();
  return folder ? relative(ROOT, folder) || "." : String(process.env["PULUMI_BACKEND_URL"]);
}

/** Lock files of a stack whose state is in files. */
export function lockFiles(folder: string, project: string, stack: string): string[] {
  const locks = join(folder, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(locks)) return [];
  return readdirSync(locks)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(locks, name));
}
