/** A WebSocket client, enough to see whether a connection goes on: it sends a word a second and wants it back. */
import { randomBytes } from "node:crypto";
import { connect } from "node:tls";

/** Exchanges words for some seconds, then closes; rejects when an answer is wrong, missing for 5 s, or the connection ends. */
export function exchangeWords(
  at: { host: string; port: number; ca: string; path: string },
  seconds: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port: at.port,
      servername: at.host,
      ca: at.ca,
      ALPNProtocols: ["http/1.1"],
    });
    let exchanged = 0;
    let over = false;
    let waiting: NodeJS.Timeout | undefined;
    const fail = (why: string) => {
      if (over) return;
      over = true;
      clearTimeout(waiting);
      socket.destroy();
      reject(new Error(`WebSocket after ${exchanged} words: ${why}`));
    };
    const say = () => {
      const word = Buffer.from(`word ${exchanged}`);
      const mask = randomBytes(4);
      const masked = Buffer.from(word.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
      socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | word.length]), mask, masked]));
      waiting = setTimeout(() => fail("no echo within 5 s"), 5000);
    };
    socket.on("secureConnect", () => {
      const key = randomBytes(16).toString("base64");
      socket.write(
        `GET ${at.path} HTTP/1.1\r\nHost: ${at.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
      );
    });
    let open = false;
    socket.on("data", (data) => {
      if (!open) {
        if (!data.toString("latin1").startsWith("HTTP/1.1 101"))
          return fail(`it answered ${data.toString("latin1").slice(0, 60)}`);
        open = true;
        return say();
      }
      clearTimeout(waiting);
      if (data.subarray(2).toString() !== `word ${exchanged}`) return fail("a wrong echo");
      exchanged += 1;
      if (exchanged >= seconds) {
        over = true;
        socket.end(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
        return resolve(exchanged);
      }
      setTimeout(say, 1000);
    });
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("the connection was closed"));
  });
}
