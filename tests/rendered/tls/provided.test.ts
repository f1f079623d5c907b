/** A certificate of one's own: put in place by the platform's script, rotated under visitors, refused without harm. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providedPem } from "../../../components/haproxy/provided-certificate";
import { docker, DOMAIN, until, World } from "./world";

/** Certificate and key for the domain and one label below it. */
function bought(): string {
  const folder = mkdtempSync(join(tmpdir(), "bought-"));
  try {
    const [certificate, key] = [join(folder, "crt"), join(folder, "key")];
    const names = ["-subj", `/CN=${DOMAIN}`, "-addext", `subjectAltName=DNS:${DOMAIN},DNS:*.${DOMAIN}`];
    const made = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      certificate,
    ];
    execFileSync("openssl", ["req", "-x509", "-days", "30", ...made, ...names], { stdio: "ignore" });
    return providedPem({ certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const world = new World();
jest.setTimeout(120_000);
const container = () => docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", world.haproxy);
const inVolume = (script: string) => docker("exec", world.haproxy, "sh", "-c", script);
afterAll(() => world.remove());

test("the edge starts with it", async () => {
  expect(await world.provide(bought())).toMatchObject({ status: 0, said: "" });
  await world.startHaproxy({ mode: "provided" });
  const shown = await until("HAProxy", 30, () => world.shown().catch(() => undefined));
  expect(shown).toMatchObject({ issuer: DOMAIN, names: ["*.example.test", DOMAIN] });
  expect(inVolume("stat -c '%a %u:%g' /usr/local/etc/haproxy-certificates/edge.pem")).toBe("400 99:99");
});

test("a new one is served by the same container, and no visitor notices", async () => {
  const [before, first] = [await world.shown(), container()];
  const visitors = world.visitors();
  for (let rotation = 0; rotation < 3; rotation++) {
    const { fingerprint } = await world.shown();
    expect(await world.provide(bought())).toMatchObject({ status: 0 });
    expect((await world.shown()).fingerprint).not.toBe(fingerprint);
  }
  const seen = await visitors.stop();
  expect(seen.failures).toEqual([]);
  expect(seen.requests).toBeGreaterThan(50);
  expect((await world.shown()).fingerprint).not.toBe(before.fingerprint);
  expect(container()).toBe(first);
});

test("the same one again is no reload", async () => {
  const worker = world.worker();
  const pem = docker("exec", world.haproxy, "cat", "/usr/local/etc/haproxy-certificates/edge.pem");
  expect(await world.provide(`${pem}\n`)).toMatchObject({ status: 0, said: "" });
  expect(world.worker()).toBe(worker);
});

test("one that HAProxy refuses gives way to the one before, in HAProxy's words", async () => {
  const before = await world.shown();
  const [certificate] = bought().split("-----BEGIN PRIVATE KEY-----");
  const [, key] = bought().split("-----BEGIN PRIVATE KEY-----");
  const { status, said } = await world.provide(`${certificate}-----BEGIN PRIVATE KEY-----${key}`);
  expect(status).toBe(1);
  expect(said).toContain("refuses the certificate and serves on with the one before");
  expect((await world.shown()).fingerprint).toBe(before.fingerprint);
  docker("restart", world.haproxy);
  const after = await until("HAProxy", 30, () => world.shown().catch(() => undefined));
  expect(after.fingerprint).toBe(before.fingerprint);
  expect(inVolume("ls -A /usr/local/etc/haproxy-certificates")).toBe("edge.pem");
});

test("back to the platform's own", async () => {
  expect(await world.issueInternal()).toMatchObject({ status: 0 });
  expect((await world.shown()).issuer).toBe("test authority");
});
