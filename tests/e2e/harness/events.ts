/** A WebSocket client that reads what a server tells, through the edge, with TLS checked. */
import { randomBytes } from "node:crypto";
import { connect } from "node:tls";

export interface Events {
  /** Every text message so far, in order. */
  readonly received: readonly string[];
  close(): void;
}

/** Resolves when the server has taken the connection; rejects when it refuses it. */
export function listenForEvents(at: {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}): Promise<Events> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port: at.port,
      servername: at.host,
      ca: at.ca,
      ALPNProtocols: ["http/1.1"],
    });
    const received: string[] = [];
    let open = false;
    let rest = Buffer.alloc(0);
    socket.on("secureConnect", () => {
      const headers = {
        Host: `${at.host}:${at.port}`,
        Upgrade: "websocket",
        Connection: "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        ...at.headers,
      };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${at.path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    });
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      if (!open) {
        const end = rest.indexOf("\r\n\r\n");
        if (end < 0) return;
        const answer = rest.subarray(0, end).toString("latin1");
        if (!answer.startsWith("HTTP/1.1 101")) {
          socket.destroy();
          return reject(new Error(`WebSocket refused: ${answer.slice(0, 60)}`));
        }
        open = true;
        rest = rest.subarray(end + 4);
        resolve({ received, close: () => socket.destroy() });
      }
      for (let frame = firstFrame(rest); frame; frame = firstFrame(rest)) {
        if (frame.opcode === TEXT) received.push(frame.payload.toString("utf8"));
        rest = rest.subarray(frame.length);
      }
    });
    socket.on("error", reject);
  });
}

const TEXT = 1;

/** The first whole frame; a server's frames aren't masked, and Mattermost doesn't split messages. */
function firstFrame(data: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  const [first, second] = [data[0], data[1]];
  if (first === undefined || second === undefined) return undefined;
  const wide = second === 126 ? 2 : second === 127 ? 8 : 0;
  if (data.length < 2 + wide) return undefined;
  const size = wide === 0 ? second : wide === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  const length = 2 + wide + size;
  if (data.length < length) return undefined;
  return { opcode: first & 0x0f, payload: data.subarray(2 + wide, length), length };
}
