/** TLS as the edge does it, TLS that it passes on, and bare TCP, with the real HAProxy. */
import { spawnSync } from "node:child_process";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { passthrough, tcp } from "../../../components/core/spec";
import { edgeModel, type EdgeModel } from "../../../components/haproxy/model";
import { PORTS } from "../../../components/haproxy/render";
import { DOMAIN, stream } from "../../edge";
import { image } from "../../images";
import { Edge, selfSigned, TestNetwork } from "./edge";
import { Servers, type Seen } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

let network: TestNetwork;
let servers: Servers;
let edge: Edge;
let model: EdgeModel;
const settings = { domain: DOMAIN, httpsPort: 443 };

beforeAll(async () => {
  network = new TestNetwork();
  servers = new Servers(network.gateway);
  const pem = selfSigned("vault.example.test");
  const vault = await servers.listen(createTlsServer({ key: pem, cert: pem }, (socket) => socket.end("vault\n")));
  // Says what it was told first, as a server does that expects the PROXY protocol.
  const told = await servers.tcp((socket) => socket.once("data", (head) => socket.end(head.toString("hex"))));
  const builder = await servers.tcp((socket) => socket.end("SSH-2.0-test\r\n"));
  const routes = [await servers.echo("plain"), await servers.echo("proxied", { allow: ["198.51.100.7/32"] })];
  const streams = [
    stream(passthrough("vault", { port: 443, hosts: ["vault", "*.vault"] }), vault),
    stream(tcp("builder", { port: 22, listen: 2222 }), builder),
    stream(tcp("told", { port: 22, listen: 2223, sendProxy: true }), told),
    stream(tcp("outside", { port: 22, listen: 2224, allow: ["203.0.113.0/24"] }), builder),
  ];
  model = edgeModel(routes, settings, streams);
  edge = new Edge(network, model);
});

afterAll(async () => {
  edge.remove();
  await servers.close();
  network.remove();
});

/** What a client with these options of openssl gets: the protocol and cipher, or nothing. */
function handshake(...options: string[]): string {
  const run = ["run", "--rm", "--network", network.name, "--entrypoint", "openssl", image("haproxy")];
  const to = ["s_client", "-connect", `${edge.address}:${PORTS.https}`, "-servername", `plain.${DOMAIN}`];
  const { stdout } = spawnSync("docker", [...run, ...to, ...options], { encoding: "utf8", input: "" });
  return /^\s*(?:New, )?(TLSv[\d.]+), Cipher is (?!\(NONE\))(\S+)/m.exec(stdout)?.slice(1).join(" ") ?? "refused";
}

describe("TLS at the edge", () => {
  // SECLEVEL 0: the client must not be what refuses.
  const weak = (cipher: string) => ["-tls1_2", "-cipher", `${cipher}:@SECLEVEL=0`];

  test.each([
    ["TLS 1.0", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]],
    ["TLS 1.1", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]],
    ["CBC", weak("ECDHE-ECDSA-AES128-SHA256")],
    ["no forward secrecy", weak("AES128-GCM-SHA256")],
    ["finite-field Diffie-Hellman", weak("DHE-RSA-AES128-GCM-SHA256")],
    ["no encryption", weak("eNULL")],
    ["no authentication", weak("aNULL")],
  ])("%s is refused", (_, options) => {
    expect(handshake(...options)).toBe("refused");
  });

  test("TLS 1.2 and 1.3 with modern ciphers are not", () => {
    expect(handshake("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")).toBe(
      "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256",
    );
    expect(handshake("-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")).toBe(
      "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256",
    );
  });

  test("HTTP/2 is offered, and HTTP/1.1 to who doesn't know it", async () => {
    expect(await alpn(["h2", "http/1.1"])).toBe("h2");
    expect(await alpn(["http/1.1"])).toBe("http/1.1");
  });
});

describe("names whose TLS is passed on", () => {
  test.each(["vault.example.test", "a.b.vault.example.test", "VAULT.example.test"])(
    "%s is answered by the service's own certificate",
    async (name) => {
      expect(await talk(name)).toEqual({ subject: "vault.example.test", said: "vault\n" });
    },
  );

  test("every other name is the edge's, with the client's address", async () => {
    const answer = await edge.https({ host: `plain.${DOMAIN}` });
    const { headers } = JSON.parse(answer.body) as Seen; // what the echo server writes
    expect(headers["x-forwarded-for"]).toBe(network.gateway);
  });

  test("what isn't TLS gets nothing", async () => {
    expect(await readAll(open(PORTS.https), "GET / HTTP/1.0\r\n\r\n")).toBe("");
  });
});

describe("TCP", () => {
  test("a port leads to its service, also one that speaks first", async () => {
    expect(await readAll(open(2222))).toBe("SSH-2.0-test\r\n");
  });

  test("the service is told the client's address where the route says so", async () => {
    const head = await readAll(open(2223), "hello");
    // The signature of version 2, a proxied TCP connection over IPv4, 12 bytes of addresses, the first one the client's.
    const source = Buffer.from(network.gateway.split(".").map(Number)).toString("hex");
    expect(head.startsWith(`0d0a0d0a000d0a515549540a2111000c${source}`)).toBe(true);
  });

  test("other networks get nothing", async () => {
    expect(await readAll(open(2224))).toBe("");
  });

  test("a new route is a reload", async () => {
    const builder = await servers.tcp((socket) => socket.end("another\n"));
    const added = edgeModel([], settings, [stream(tcp("later", { port: 22, listen: 2225 }), builder)]);
    edge.load({ ...model, streams: [...model.streams, ...added.streams] });
    expect(await readAll(open(2225))).toBe("another\n");
    expect(await readAll(open(2222))).toBe("SSH-2.0-test\r\n");
    expect(await talk("vault.example.test")).toEqual({ subject: "vault.example.test", said: "vault\n" });
  });
});

describe("the PROXY protocol from a load balancer in front", () => {
  const header = "PROXY TCP4 198.51.100.7 203.0.113.1 1234 443\r\n";
  const ask = async () => {
    const socket = open(PORTS.https);
    socket.write(header);
    const secure = connectTls({ socket, servername: `proxied.${DOMAIN}`, rejectUnauthorized: false });
    return readAll(secure, `GET / HTTP/1.1\r\nHost: proxied.${DOMAIN}\r\nConnection: close\r\n\r\n`);
  };

  test("is believed from the networks that are named, and from nobody else", async () => {
    expect(await ask()).toBe("");
    for (const streams of [model.streams, []]) {
      edge.load({ ...model, streams, proxyProtocolFrom: [`${network.gateway}/32`] });
      const answer = await ask();
      expect(answer).toMatch(/^HTTP\/1.1 200/);
      expect(answer).toContain('"x-forwarded-for":"198.51.100.7"');
    }
    edge.load({ ...model, proxyProtocolFrom: ["203.0.113.0/24"] });
    expect(await ask()).toBe("");
  });
});

function open(port: number): Socket {
  return connectTcp(port, edge.address);
}

function readAll(socket: Socket, say?: string): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    socket.on("data", (piece) => (said += piece.toString()));
    // Refused is said in many ways; what counts is that nothing came.
    socket.on("error", () => resolve(said));
    socket.on("close", () => resolve(said));
    if (say !== undefined) socket.write(say);
  });
}

function secured(options: { servername: string; ALPNProtocols?: string[] }) {
  return connectTls({ host: edge.address, port: PORTS.https, rejectUnauthorized: false, ...options });
}

async function talk(name: string): Promise<{ subject: string; said: string }> {
  const socket = secured({ servername: name });
  let subject = "";
  socket.on("secureConnect", () => (subject = String(socket.getPeerCertificate().subject.CN)));
  const said = await readAll(socket);
  return { subject, said };
}

function alpn(protocols: string[]): Promise<string | false | null> {
  return new Promise((resolve, reject) => {
    const socket = secured({ servername: `plain.${DOMAIN}`, ALPNProtocols: protocols });
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      resolve(socket.alpnProtocol);
      socket.destroy();
    });
  });
}
