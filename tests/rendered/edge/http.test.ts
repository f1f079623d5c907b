/** What the edge does with requests, asked of the real HAProxy. */
import { connect } from "node:tls";
import { connect as connectH2 } from "node:http2";
import { userList } from "../../../components/haproxy/backends";
import { edgeModel } from "../../../components/haproxy/model";
import { PORTS } from "../../../components/haproxy/render";
import { renderUsers } from "../../../components/haproxy/users";
import { DOMAIN } from "../../edge";
import { ADMIN_PASSWORD, basic, Edge, TestNetwork, type Answer } from "./edge";
import { Servers, type Seen } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

const host = (name: string) => `${name}.${DOMAIN}`;
const seen = (answer: Answer): Seen => JSON.parse(answer.body) as Seen; // what the echo server writes
const settings = { domain: DOMAIN, httpsPort: 443 };

let network: TestNetwork;
let servers: Servers;
let edge: Edge;

beforeAll(async () => {
  network = new TestNetwork();
  servers = new Servers(network.gateway);
  const plain = await servers.echo("plain");
  const routes = [
    plain,
    await servers.echo("admin", { access: "admins" }),
    await servers.echo("guests", { access: "users", users: [{ name: "guest", secret: "guestPassword" }] }),
    await servers.echo("api", { hosts: ["plain"], path: "/api", strip: true }),
    await servers.echo("kept", { hosts: ["plain"], path: "/kept" }),
    await servers.echo("inner", { hosts: ["plain"], path: "/private", access: "admins" }),
    await servers.echo("limited", { rateLimit: { requests: 5, per: "7s" } }),
    await servers.echo("small", { maxBody: "1KiB" }),
    await servers.echo("outside", { allow: ["203.0.113.0/24"] }),
    await servers.echo("inside", { allow: ["203.0.113.0/24", `${network.gateway}/32`] }),
    await servers.echo("closed", { maintenance: true }),
    await servers.echo("closed-admin", { maintenance: true, access: "admins" }),
    await servers.echo("moved", { redirect: "https://new.example.org" }),
    await servers.echo("moved-there", { redirect: "https://new.example.org/a%20b?c=d" }),
    await servers.echo("sticky", { sticky: true }),
    await servers.echo("headers", {
      responseHeaders: { "X-Odd": `50% of "$HOME" \\ #1`, "Referrer-Policy": "no-referrer", Server: "mine" },
    }),
    { ...plain, service: "gone", backend: `${network.gateway}:1`, route: { ...plain.route, name: "gone" } },
  ];
  const users = renderUsers(userList("be_guests"), [{ name: "guest", password: `"it's" #$\\ %` }]);
  edge = new Edge(network, edgeModel(routes, settings), users);
});

afterAll(async () => {
  edge.remove();
  await servers.close();
  network.remove();
});

describe("headers", () => {
  test("what a client claims is dropped, what the edge knows is said", async () => {
    const claims = {
      "X-Forwarded-For": "1.2.3.4",
      "x-forwarded-host": "evil.test",
      "X-FORWARDED-PROTO": "http",
      "X-Forwarded-Prefix": "/evil",
      X_Forwarded_For: "1.2.3.4",
      Forwarded: "for=1.2.3.4",
      "X-Real-IP": "1.2.3.4",
      "X-Request-ID": "mine",
      "X-WEBAUTH-USER": "admin",
      "Remote-User": "admin",
      "Remote-Groups": "admins",
      "X-Auth-Request-Email": "admin@example.test",
      "X-Original-URL": "/admin",
      Proxy: "http://evil.test",
      Cookie: "a=b",
    };
    const { headers } = seen(await edge.https({ host: host("plain"), headers: claims }));
    const { "x-request-id": id, ...rest } = headers;
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(rest).toEqual({
      host: host("plain"),
      "x-forwarded-for": network.gateway,
      "x-forwarded-host": host("plain"),
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      "x-real-ip": network.gateway,
      cookie: "a=b",
    });
  });

  test("every request has an id of its own, which its answer and its log line have too", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => edge.https({ host: host("plain") })));
    const ids = answers.map((answer) => seen(answer).headers["x-request-id"]);
    expect(new Set(ids).size).toBe(20);
    expect(answers.map(({ headers }) => headers["x-request-id"])).toEqual(ids);
    const line = edge.log().find((text) => text.includes(String(ids[7])));
    expect(JSON.parse(line ?? "{}")).toMatchObject({
      host: host("plain"),
      backend: "be_plain",
      status: 200,
      method: "GET",
      client: network.gateway,
      request_id: ids[7],
    });
  });

  test("no request is missing in the log, and reloads are counted with their result", async () => {
    const path = "/logged";
    const many = async (count: number) => {
      for (let n = 0; n < count; n += 1) await edge.https({ host: host("plain"), path });
    };
    const asking = Promise.all(Array.from({ length: 10 }, () => many(60)));
    const reloading = async () => [await edge.reload(), await edge.reload("bogus\n")];
    const [taken] = await Promise.all([reloading(), asking]);
    expect(taken).toEqual([true, false]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(edge.log().filter((line) => line.includes(`"${path}"`))).toHaveLength(600);
    const reloads = await (await fetch(`http://${edge.address}:${PORTS.metrics}/reloads`)).text();
    expect(reloads).toMatch(/^oneforall_edge_reloads_total\{result="success"\} 1$/m);
    expect(reloads).toMatch(/^oneforall_edge_reloads_total\{result="failure"\} 1$/m);
    expect(reloads).toMatch(/^haproxy_master_failed_reloads 1$/m);
  });

  test("answers carry the platform's promises and not the service's make", async () => {
    const { headers } = await edge.https({ host: host("plain") });
    expect(headers).toMatchObject({
      "strict-transport-security": "max-age=63072000",
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
    });
    expect(headers).not.toHaveProperty("server");
    expect(headers).not.toHaveProperty("x-powered-by");
  });

  test("a route's own are set as they are written", async () => {
    const { headers } = await edge.https({ host: host("headers") });
    expect(headers).toMatchObject({
      "x-odd": `50% of "$HOME" \\ #1`,
      "referrer-policy": "no-referrer",
      server: "mine",
    });
  });
});

describe("who gets in", () => {
  const nothing = (answer: Answer) => {
    expect(answer.status).toBe(401);
    expect(answer.body).toContain("asks for a user name and a password");
    expect(JSON.stringify([answer.headers, answer.body])).not.toMatch(/echo|server":|be_|plain/);
  };

  test("an admin's page without a password is a 401 that tells nothing", async () => {
    const answer = await edge.https({ host: host("admin") });
    nothing(answer);
    expect(answer.headers["www-authenticate"]).toBe('Basic realm="oneforall"');
    nothing(await edge.https({ host: host("admin"), headers: { authorization: basic("admin", "wrong") } }));
    nothing(await edge.https({ host: host("admin"), headers: { authorization: basic("guest", `"it's" #$\\ %`) } }));
    nothing(await edge.https({ host: DOMAIN }));
  });

  test("with the password it serves, and keeps the password to itself", async () => {
    const headers = { authorization: basic("admin", ADMIN_PASSWORD) };
    const answer = await edge.https({ host: host("admin"), headers });
    expect(answer.status).toBe(200);
    expect(seen(answer).headers).not.toHaveProperty("authorization");
    expect((await edge.https({ host: DOMAIN, headers })).body).toContain("<title>start</title>");
    expect((await edge.https({ host: DOMAIN, path: "/other", headers })).status).toBe(404);
  });

  test("a route's own users, and they alone", async () => {
    const as = (user: string, password: string) =>
      edge.https({ host: host("guests"), headers: { authorization: basic(user, password) } });
    nothing(await edge.https({ host: host("guests") }));
    nothing(await as("admin", ADMIN_PASSWORD));
    const answer = await as("guest", `"it's" #$\\ %`);
    expect([answer.status, seen(answer).headers]).toEqual([200, expect.not.objectContaining({ authorization: 0 })]);
    expect(seen(answer).headers).not.toHaveProperty("authorization");
  });

  test("a service that authenticates by itself sees the credentials", async () => {
    const headers = { authorization: basic("somebody", "else") };
    expect(seen(await edge.https({ host: host("plain"), headers })).headers).toMatchObject(headers);
  });

  test.each([
    "/private",
    "/private/x",
    "//private",
    "/%70rivate",
    "/private%2Fx",
    "/kept/%2e%2e/private",
    "/./private",
  ])("an admin's path of an open host isn't open as %s", async (path) => {
    expect([400, 401]).toContain((await edge.https({ host: host("plain"), path })).status);
  });

  test("networks: 403 from others", async () => {
    const refused = await edge.https({ host: host("outside") });
    expect([refused.status, refused.body]).toEqual([403, expect.stringContaining("Not for you")]);
    expect((await edge.https({ host: host("inside") })).status).toBe(200);
  });
});

describe("limits", () => {
  test("too many requests are answered 429 with when to come again", async () => {
    const statuses: number[] = [];
    let last: Answer | undefined;
    for (let count = 0; count < 8; count += 1) {
      last = await edge.https({ host: host("limited") });
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect(last?.headers["retry-after"]).toBe("7");
    expect(last?.body).toContain("Too many requests");
    expect((await edge.https({ host: host("plain") })).status).toBe(200);
  });

  test("a body that is too large is refused, by its length or for not saying it", async () => {
    const send = (bytes: number, headers: Record<string, string> = {}) =>
      edge.https({ host: host("small"), method: "POST", body: "x".repeat(bytes), headers });
    expect(seen(await send(1024, { "content-length": "1024" })).bytes).toBe(1024);
    expect((await send(1025, { "content-length": "1025" })).status).toBe(413);
    expect((await send(10, { "transfer-encoding": "chunked" })).status).toBe(411);
  });

  test("over HTTP/2, too", async () => {
    const client = connectH2(`https://${edge.address}:${PORTS.https}`, {
      servername: host("small"),
      rejectUnauthorized: false,
    });
    const send = (headers: Record<string, string>, body: string) =>
      new Promise<number>((resolve, reject) => {
        const stream = client.request({ ":method": "POST", ":authority": host("small"), ":path": "/", ...headers });
        stream.on("response", (answer) => resolve(Number(answer[":status"])));
        stream.on("error", reject);
        stream.end(body);
      });
    expect(await send({ "content-length": "5" }, "12345")).toBe(200);
    expect(await send({ "content-length": "2000" }, "x".repeat(2000))).toBe(413);
    expect(await send({}, "no length")).toBe(411);
    client.destroy();
  });
});

describe("paths", () => {
  test("stripped ones are told apart from kept ones, at whole names only", async () => {
    const to = async (path: string) => {
      const { server, url, headers } = seen(await edge.https({ host: host("plain"), path }));
      return [server, url, headers["x-forwarded-prefix"]];
    };
    expect(await to("/api/v1?x=/api/")).toEqual(["api", "/v1?x=/api/", "/api"]);
    expect(await to("/api")).toEqual(["api", "/", "/api"]);
    expect(await to("/kept/x")).toEqual(["kept", "/kept/x", undefined]);
    expect(await to("/apiary")).toEqual(["plain", "/apiary", undefined]);
    expect(await to("/")).toEqual(["plain", "/", undefined]);
  });
});

describe("pages", () => {
  test("an unknown name is a 404 of ours, whatever it looks like", async () => {
    for (const name of ["nobody.example.test", `${DOMAIN}.evil.test`, "not" + DOMAIN, "10.0.0.1", "[::1]:443"]) {
      const answer = await edge.https({ host: name });
      expect([name, answer.status]).toEqual([name, 404]);
      expect(answer.body).toContain("Nothing on this platform has this address");
    }
  });

  test("a service that doesn't answer is a 503 with the request's id", async () => {
    // Not a connection refused at once: what the health check knows.
    const answer = await edge.https({ host: host("gone") });
    expect(answer.status).toBe(503);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.body).toContain(`<code>${String(answer.headers["x-request-id"])}</code>`);
    expect(answer.body).toContain('<html lang="en">');
  });

  test("maintenance says so, to those who may see the service", async () => {
    const answer = await edge.https({ host: host("closed") });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "300"]);
    expect(answer.body).toContain("<h1>Maintenance</h1>");
    expect(answer.body).toContain(String(answer.headers["x-request-id"]));
    expect((await edge.https({ host: host("closed-admin") })).status).toBe(401);
  });

  test("a bad request gets a page", async () => {
    const answer = await edge.https({ host: host("plain"), path: "/../etc/passwd" });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining("could not make sense")]);
  });
});

describe("redirects", () => {
  test("keep path and query where the target has none", async () => {
    const { status, headers } = await edge.https({ host: host("moved"), path: "/a?b=c" });
    expect([status, headers.location]).toEqual([302, "https://new.example.org/a?b=c"]);
    expect((await edge.https({ host: host("moved-there"), path: "/a" })).headers.location).toBe(
      "https://new.example.org/a%20b?c=d",
    );
  });

  test("HTTP leads to the same address over HTTPS", async () => {
    const { status, headers } = await edge.http({ host: `${host("plain")}:80`, path: "/a?b=c" });
    expect([status, headers.location]).toEqual([308, `https://${host("plain")}/a?b=c`]);
  });
});

test("a sticky client is told its server, by a cookie that scripts and plain HTTP don't get", async () => {
  const { headers } = await edge.https({ host: host("sticky") });
  expect(headers["set-cookie"]).toEqual([
    expect.stringMatching(/^oneforall-sticky=sticky; path=\/; HttpOnly; Secure; SameSite=Lax$/),
  ]);
  const again = await edge.https({ host: host("sticky"), headers: { cookie: "oneforall-sticky=sticky; a=b" } });
  expect(again.headers).not.toHaveProperty("set-cookie");
  expect(seen(again).headers.cookie).toBe("a=b");
});

test("a WebSocket stays open through reloads, in both directions", async () => {
  const socket = connect({
    host: edge.address,
    port: PORTS.https,
    servername: host("plain"),
    rejectUnauthorized: false,
  });
  const said: string[] = [];
  socket.on("data", (piece) => said.push(piece.toString()));
  const until = async (text: string) => {
    const end = Date.now() + 10_000;
    while (!said.join("").includes(text) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${host("plain")}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await until("101 Switching Protocols");
  socket.write("before");
  await until("before");
  edge.load(edgeModel([await servers.echo("plain")], settings));
  socket.write("after");
  await until("after");
  socket.destroy();
  expect(said.join("")).toMatch(/beforeafter$/);
});
