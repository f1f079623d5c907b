/** Signing on in front of admin pages: the real HAProxy and oauth2-proxy with a real OpenID provider. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeModel } from "../../../components/haproxy/model";
import { SIGN_ON } from "../../../components/haproxy/sign-on";
import { signOnConfig } from "../../../components/haproxy/sign-on-config";
import { cookieConfig, signOnCommand } from "../../../components/sign-on";
import { DOMAIN, registered } from "../../edge";
import { image } from "../../images";
import { Browser } from "./browser-by-hand";
import { Edge, TestNetwork } from "./edge";
import { Servers, type Seen } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
const signOnHost = `${SIGN_ON.name}.${DOMAIN}`;
const admin = `https://admin.${DOMAIN}/page?of=it`;

let network: TestNetwork;
let servers: Servers;
let edge: Edge;
let provider: ChildProcess;
let folder: string;
let oauth2Proxy: string;

beforeAll(async () => {
  network = new TestNetwork();
  servers = new Servers(network.gateway);
  const script = join(__dirname, "openid-provider.mjs");
  const callback = `https://${signOnHost}/oauth2/callback`;
  provider = spawn(process.execPath, [script, network.gateway, callback], { stdio: ["pipe", "pipe", "ignore"] });
  const issuer = await new Promise<string>((resolve) =>
    provider.stdout?.once("data", (text) => resolve(String(text).trim())),
  );
  const config = signOnConfig.parse({ issuer, clientId: "edge", groups: ["ops", "root"] });
  folder = mkdtempSync(join(tmpdir(), "sign-on-"));
  writeFileSync(join(folder, "client"), "client secret of the test");
  writeFileSync(join(folder, "cookie.cfg"), cookieConfig("0123456789abcdefghijklmnopqrstuv"));
  chmodSync(folder, 0o755);
  const run = ["run", "-d", "--network", network.name, "--label", "io.oneforall.test=edge", "--read-only"];
  const command = signOnCommand(config, DOMAIN, 443);
  oauth2Proxy = docker(...run, "-v", `${folder}:/run/secrets:ro`, image("oauth2-proxy"), ...command);
  const address = docker("inspect", oauth2Proxy, "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
  const routes = [
    registered(SIGN_ON.name, { health: "/ping" }, { backend: `${address}:${SIGN_ON.port}` }),
    await servers.echo("admin", { access: "admins" }),
    await servers.echo("open"),
  ];
  edge = new Edge(network, edgeModel(routes, { domain: DOMAIN, httpsPort: 443, signOn: config }));
});

afterAll(async () => {
  provider.stdin?.end();
  edge.remove();
  docker("rm", "-fv", oauth2Proxy);
  rmSync(folder, { recursive: true });
  await servers.close();
  network.remove();
});

const signedOn = async (name: string) => {
  const browser = new Browser(edge);
  const answer = await browser.signOn(admin, name);
  return { browser, answer };
};

test("who isn't signed on is sent to do so, and nothing reaches the service", async () => {
  const page = await edge.https({ host: `admin.${DOMAIN}`, path: "/page?of=it" });
  expect(page.status).toBe(302);
  const location = new URL(page.headers.location ?? "");
  expect(location.origin + location.pathname).toBe(`https://${signOnHost}/oauth2/start`);
  expect(location.searchParams.get("rd")).toBe(admin);
  expect(page.body).toBe("");
  const start = await edge.https({ host: DOMAIN });
  expect(start.status).toBe(302);
  const sent = await edge.https({ host: `admin.${DOMAIN}`, method: "POST", body: "x=1" });
  expect(sent.status).toBe(403);
  const forged = `${SIGN_ON.cookie}=forged`;
  expect((await edge.https({ host: `admin.${DOMAIN}`, headers: { cookie: forged } })).status).toBe(302);
  const claims = { "X-Auth-Request-User": "alice", Authorization: "Basic YWRtaW46c2VjcmV0" };
  expect((await edge.https({ host: `admin.${DOMAIN}`, headers: claims })).status).toBe(302);
  expect((await edge.https({ host: `open.${DOMAIN}` })).status).toBe(200);
});

test("who is in the group gets the page asked for, and the service is told who it is, not the session", async () => {
  const { browser, answer } = await signedOn("alice");
  expect(answer.status).toBe(200);
  const seen = JSON.parse(answer.body) as Seen; // what the echo server writes
  expect(seen.url).toBe("/page?of=it");
  expect(seen.headers).toMatchObject({ "x-auth-request-user": "alice", "x-auth-request-email": "alice@example.test" });
  expect(answer.body).not.toContain(SIGN_ON.cookie);
  // The start page and the next request: once is enough.
  expect((await browser.get(`https://${DOMAIN}/`)).status).toBe(200);
  expect((await browser.get(admin)).status).toBe(200);
  // Other services see their own cookies alone.
  const open = await browser.get(`https://open.${DOMAIN}/`, { cookie: "theirs=1" });
  expect((JSON.parse(open.body) as Seen).headers["cookie"]).toMatch(/^(; *)?theirs=1(; *)?$/);
});

test("who is in another group is refused", async () => {
  const { browser, answer } = await signedOn("bob");
  expect(answer.status).toBe(403);
  expect((await browser.get(`https://${DOMAIN}/`)).status).toBe(403);
});

test("without oauth2-proxy nobody enters", async () => {
  const { browser } = await signedOn("alice");
  edge.tell(`set server be_${SIGN_ON.name}/${SIGN_ON.name} state maint`);
  expect((await browser.get(admin)).status).toBe(503);
});
