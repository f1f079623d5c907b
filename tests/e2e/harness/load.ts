/**
 * Steady requests from a process of their own: `node --import tsx load.ts <json>`, until its stdin ends; then it prints
 * what became of them. Every request counts; a failure is any connect error, reset, time-out over 5 s, unexpected
 * status or wrong body; nothing is tried again.
 */
import { Agent, request } from "node:https";

export interface LoadSettings {
  /** Where to connect to; `host` is the name that is asked for. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly path: string;
  /** What every body must match. */
  readonly body: string;
  /** How many at once on connections that are kept, and on a new connection each. */
  readonly kept: number;
  readonly fresh: number;
  /** Pause between two requests of one loop, in milliseconds. */
  readonly pause: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly bodies: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
}

const PATIENCE_MS = 5000;

async function main(settings: LoadSettings): Promise<LoadResult> {
  const failures: Record<string, number> = {};
  const bodies: Record<string, number> = {};
  const milliseconds: number[] = [];
  let going = true;
  process.stdin.on("end", () => (going = false)).resume();
  const expected = new RegExp(settings.body);

  const one = (agent: Agent | false) =>
    new Promise<void>((resolve) => {
      const began = performance.now();
      let over = false;
      const done = (failure: string | undefined, body = "") => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        milliseconds.push(performance.now() - began);
        if (failure) failures[failure] = (failures[failure] ?? 0) + 1;
        else bodies[body] = (bodies[body] ?? 0) + 1;
        resolve();
      };
      const sent = request({
        host: settings.address,
        port: settings.port,
        servername: settings.host,
        ca: settings.ca,
        agent,
        path: settings.path,
        headers: { Host: settings.host },
      });
      const timer = setTimeout(() => {
        done("no answer within 5 s");
        sent.destroy();
      }, PATIENCE_MS);
      sent.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      sent.on("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
        response.on("end", () => {
          if (response.statusCode !== 200) done(`status ${response.statusCode}`);
          else if (!expected.test(body)) done(`body ${JSON.stringify(body.slice(0, 60))}`);
          else done(undefined, body.trim());
        });
      });
      sent.end();
    });

  const loop = async (agent: Agent | false) => {
    while (going) {
      await one(agent);
      await new Promise((resolve) => setTimeout(resolve, settings.pause));
    }
  };
  const keeping = new Agent({ keepAlive: true, maxSockets: settings.kept });
  await Promise.all([
    ...Array.from({ length: settings.kept }, () => loop(keeping)),
    ...Array.from({ length: settings.fresh }, () => loop(false)),
  ]);
  keeping.destroy();
  milliseconds.sort((a, b) => a - b);
  const at = (part: number) => milliseconds[Math.floor((milliseconds.length - 1) * part)] ?? 0;
  return { sent: milliseconds.length, failures, bodies, p50: at(0.5), p99: at(0.99) };
}

if (require.main === module) {
  const settings = JSON.parse(process.argv[2] ?? "{}") as LoadSettings;
  void main(settings).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`));
}
