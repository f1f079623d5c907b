// A stand-in for somebody's web application, well behaved: it ends when its last connection has ended.
"use strict";
const { createHash } = require("node:crypto");
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");

const VERSION = "1";
const text = readFileSync("/etc/demo/text", "utf8").trim();
if (text === "crash") {
  console.log("the demo was told to crash");
  process.exit(3);
}

const server = createServer((request, response) => {
  if (request.url === "/health") return response.end("ok");
  let received = 0;
  request.on("data", (chunk) => (received += chunk.length));
  request.on("end", () => response.end(`demo ${VERSION} ${text} ${received}\n`));
});
// Echo, enough of a WebSocket for a client whose frames are short.
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on("data", (frame) => {
    if ((frame[0] & 0x0f) === 8) return socket.end(Buffer.from([0x88, 0x00]));
    const length = frame[1] & 0x7f;
    const mask = frame.subarray(2, 6);
    const payload = Buffer.from(frame.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]));
    socket.write(Buffer.concat([Buffer.from([0x81, length]), payload]));
  });
  socket.on("error", () => undefined);
});
server.keepAliveTimeout = 65_000;
server.listen(8080);
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
