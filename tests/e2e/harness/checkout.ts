/** A fresh clone of this checkout with a stack of its own, driven as a person drives it. */
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { output, run } from "../../../cli/run";
import { note } from "./figures";
import { start, tail, type Running } from "./processes";

const ROOT = join(__dirname, "..", "..", "..");

export interface StackSettings {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Different from that of a platform that runs on this machine already. */
  readonly networkPool: string;
  /** More settings, without their namespace. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export class Checkout {
  private constructor(
    readonly folder: string,
    readonly stack: string,
    readonly settings: StackSettings,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** HEAD, with what isn't committed yet on top. */
  static async fresh(stack: string, settings: StackSettings, env: Record<string, string> = {}): Promise<Checkout> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), `oneforall-${stack}-`)));
    await output("git", ["clone", "--quiet", ROOT, folder]);
    const listed = await output("git", ["-C", ROOT, "ls-files", "-z", "--modified", "--others", "--exclude-standard"]);
    const changed = listed.split("\0").filter((file) => file !== "" && !/^Pulumi\.(?!yaml)/.test(file));
    for (const file of changed) {
      if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
      else rmSync(join(folder, file), { force: true });
    }
    if (changed.length > 0) note(`a clone of HEAD with ${changed.length} uncommitted files`);
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE|STACK)|npm_|NODE_ENV|JEST_|CI$)/.test(name),
    );
    // The event log, from which steps are read, is one of Pulumi's debugging flags.
    const own = { PULUMI_DEBUG_COMMANDS: "true", ...env };
    const checkout = new Checkout(folder, stack, settings, { ...Object.fromEntries(inherited), ...own });
    checkout.writeSettings();
    return checkout;
  }

  get platform(): string {
    return `oneforall-${this.stack}`;
  }

  /** `npm run <verb>` on this stack, in the background. */
  startNpm(verb: string, ...args: string[]): Running {
    return start("npm", ["run", "--silent", verb, "--", ...args], this.folder, this.env);
  }

  /** `npm run <verb>`, which has to end with this code; gives what it said. */
  async npm(verb: string, args: readonly string[] = ["--stack", this.stack], code = 0): Promise<string> {
    const running = this.startNpm(verb, ...args);
    const ended = await running.ended;
    if (ended !== code) throw new Error(`npm run ${verb} ended with ${ended}, not ${code}:\n${tail(running.output())}`);
    return running.output();
  }

  /** `npx pulumi <words> --stack <stack>`; gives its stdout. */
  async pulumi(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tryPulumi(...words);
    if (code !== 0) throw new Error(`pulumi ${words.join(" ")} ended with ${code}:\n${tail(stdout + stderr)}`);
    return stdout;
  }

  tryPulumi(...words: string[]) {
    const args = [join(this.folder, "toolchain", "pulumi.mjs"), ...words, "--stack", this.stack, "--non-interactive"];
    return run(process.execPath, args, { cwd: this.folder, env: this.env });
  }

  /** Sets one setting, by its path below the project's namespace. */
  async set(path: string, value: string, ...flags: string[]): Promise<void> {
    await this.pulumi("config", "set", "--path", `oneforall:${path}`, value, ...flags);
  }

  /** What a run of `pulumi <words>` does (or, for a preview, would do), as `operation urn`, sorted. */
  async steps(...words: string[]): Promise<string[]> {
    const log = join(this.folder, ".oneforall", "events.json");
    rmSync(log, { force: true });
    await this.pulumi(...words, "--event-log", log);
    interface Event {
      resourcePreEvent?: { metadata: { op: string; urn: string } };
    }
    const events = readFileSync(log, "utf8").split("\n").filter(Boolean);
    rmSync(log);
    return events
      .map((line) => (JSON.parse(line) as Event).resourcePreEvent?.metadata)
      .filter((step) => step !== undefined && step.op !== "same")
      .map((step) => `${step?.op} ${step?.urn}`)
      .sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As the embedded default, with ports and networks of its own, so that it can stand beside a running platform. */
  private writeSettings(): void {
    const embedded = join(this.folder, "Pulumi.dev.yaml");
    const text = existsSync(embedded) ? readFileSync(embedded, "utf8") : "";
    const base = (parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
    const { httpPort, httpsPort, networkPool, more = {} } = this.settings;
    const own = { edge: { httpPort, httpsPort }, networkPool, ...more };
    const config = {
      ...base,
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`oneforall:${key}`, value])),
    };
    writeFileSync(join(this.folder, `Pulumi.${this.stack}.yaml`), stringify({ config }));
  }
}
