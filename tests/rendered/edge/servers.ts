/** What the edge routes to in tests: small servers on a network's gateway address. */
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from "node:net";
import type { RegisteredRoute } from "../../../components/core/registered";
import type { HttpRoute } from "../../../components/core/spec";
import { registered } from "../../edge";

/** What an echo server saw of a request, as its answer tells. */
export interface Seen {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body. */
  readonly bytes: number;
}

export class Servers {
  private readonly all: (Server | NetServer)[] = [];
  private readonly open = new Set<Socket>();

  constructor(private readonly address: string) {}

  /** A route whose service tells what it saw. */
  async echo(name: string, options: Partial<Omit<HttpRoute, "kind" | "name">> = {}): Promise<RegisteredRoute> {
    return registered(name, options, { backend: await this.echoServer(name) });
  }

  /** Answers every request with what it saw of it; upgrades to a protocol that echoes bytes. */
  async echoServer(name: string): Promise<string> {
    const server = createServer((request, response) => {
      let bytes = 0;
      request.on("data", (piece: Buffer) => (bytes += piece.length));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const seen: Seen = { server: name, method, url, headers, bytes };
        response.setHeader("Server", "echo/1.0");
        response.setHeader("X-Powered-By", "tests");
        response.end(JSON.stringify(seen));
      });
    });
    server.on("upgrade", (request, socket: Socket) => {
      // RFC 6455, 4.2.2
      const magic = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(magic).digest("base64");
      const head = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
      socket.write(`${head.join("\r\n")}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.pipe(socket);
    });
    return this.listen(server);
  }

  /** Whatever `speak` does with a connection. */
  tcp(speak: (socket: Socket) => void): Promise<string> {
    return this.listen(createNetServer(speak));
  }

  async listen(server: Server | NetServer): Promise<string> {
    this.all.push(server);
    server.on("connection", (socket: Socket) => {
      this.open.add(socket);
      socket.on("close", () => this.open.delete(socket));
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, this.address, resolve);
    });
    return `${this.address}:${(server.address() as AddressInfo).port}`; // listens on TCP
  }

  async close(): Promise<void> {
    const closed = this.all.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.open) socket.destroy();
    await Promise.all(closed);
  }
}
