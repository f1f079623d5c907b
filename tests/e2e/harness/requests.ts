/** Requests through the edge, as a strict client makes them: TLS checked against the platform's own authority, no retry. */
import { request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly user?: string;
  readonly password?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const PATIENCE_MS = 5000;

export class Client {
  constructor(
    private readonly ca: string,
    private readonly port: number,
  ) {}

  /** Rejects on any connect error, reset, wrong certificate, or no complete answer within 5 s. A new connection each time. */
  send(url: string, options: RequestOptions = {}): Promise<Answer> {
    const { hostname, pathname, search } = new URL(url);
    return new Promise((resolve, reject) => {
      const sent = request({
        // Names under .localhost are this machine, whatever its resolver thinks.
        host: "127.0.0.1",
        port: this.port,
        servername: hostname,
        ca: this.ca,
        agent: false,
        method: options.method ?? "GET",
        path: pathname + search,
        headers: {
          Host: this.port === 443 ? hostname : `${hostname}:${this.port}`,
          ...(options.user && {
            Authorization: `Basic ${Buffer.from(`${options.user}:${options.password ?? ""}`).toString("base64")}`,
          }),
          ...options.headers,
        },
      });
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(new Error(`${options.method ?? "GET"} ${url}: ${error.message}`));
      };
      sent.on("error", fail);
      sent.on("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("error", fail);
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      sent.end(options.body);
    });
  }
}

export interface Expectation {
  readonly status: number;
  /** What the body must be or contain. */
  readonly body?: RegExp;
}

/** Why an answer is a failure, or nothing: an unexpected status or a wrong body. */
export function failureOf(answer: Answer, expected: Expectation): string | undefined {
  if (answer.status !== expected.status) return `status ${answer.status} instead of ${expected.status}`;
  if (expected.body && !expected.body.test(answer.body)) return `body doesn't match ${expected.body}`;
  return undefined;
}

/** Sends one after the other until stopped; counts every failure of any kind. */
export function steadyRequests(client: Client, url: string, expected: Expectation, options: RequestOptions = {}) {
  const failures: string[] = [];
  const milliseconds: number[] = [];
  let going = true;
  const done = (async () => {
    while (going) {
      const began = performance.now();
      try {
        const failure = failureOf(await client.send(url, options), expected);
        if (failure) failures.push(failure);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
      milliseconds.push(performance.now() - began);
    }
  })();
  return {
    async stop(): Promise<{ sent: number; failures: readonly string[]; milliseconds: readonly number[] }> {
      going = false;
      await done;
      return { sent: milliseconds.length, failures, milliseconds };
    },
  };
}
