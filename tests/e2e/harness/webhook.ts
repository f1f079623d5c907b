/** A server on this machine that takes webhooks. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Webhook {
  readonly port: number;
  /** Parsed bodies of what came to a path, in order. */
  received(path: string): readonly unknown[];
  close(): Promise<void>;
}

export function listenForWebhooks(): Promise<Webhook> {
  const bodies = new Map<string, unknown[]>();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const path = request.url ?? "/";
      bodies.set(path, [...(bodies.get(path) ?? []), text === "" ? undefined : JSON.parse(text)]);
      response.end();
    });
  });
  return new Promise((resolve) => {
    // On all addresses: containers reach this machine by their network's gateway.
    server.listen(0, "0.0.0.0", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        received: (path) => bodies.get(path) ?? [],
        close: () =>
          new Promise((closed) => {
            server.closeAllConnections();
            server.close(() => closed());
          }),
      }),
    );
  });
}
