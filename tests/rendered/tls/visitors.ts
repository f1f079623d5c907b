/** Somebody who asks for the start page again and again; new connections and one that is kept, in turns. */
import { Agent, request } from "node:https";
import { setTimeout } from "node:timers/promises";

export interface Visitors {
  stop(): Promise<Visit>;
}

interface Visit {
  readonly requests: number;
  /** Why each failed one failed. */
  readonly failures: readonly string[];
  /** What the kept connection was made of: one, unless the edge closed it. */
  readonly connections: number;
}

export function visitors({ host, port, name }: { host: string; port: number; name: string }): Visitors {
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const failures: string[] = [];
  const connections = new Set<object>();
  let requests = 0;
  let running = true;

  const ask = (agent: Agent | false) =>
    new Promise<void>((resolve) => {
      const options = { host, port, path: "/", servername: name, headers: { host: name }, agent };
      const sent = request({ ...options, rejectUnauthorized: false, timeout: 5000 }, (answer) => {
        // The start page asks for a password: an answer of the edge itself.
        if (answer.statusCode !== 401) failures.push(`status ${answer.statusCode}`);
        answer.on("end", resolve).resume();
      });
      sent.on("socket", (socket) => {
        if (agent) connections.add(socket);
      });
      sent.on("timeout", () => sent.destroy(new Error("nothing for 5 s")));
      sent.on("error", (error) => {
        failures.push(error.message);
        resolve();
      });
      requests++;
      sent.end();
    });

  const loop = (async () => {
    while (running) {
      await ask(kept);
      await ask(false);
      await setTimeout(10);
    }
  })();
  return {
    async stop() {
      running = false;
      await loop;
      kept.destroy();
      return { requests, failures, connections: connections.size };
    },
  };
}
