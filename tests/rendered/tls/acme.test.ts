/** Certificates from a real ACME server, by the real client, for the real HAProxy. */
import { tlsConfig } from "../../../components/haproxy/tls-config";
import { docker, NAMES, sleep, until, World, type Shown } from "./world";

const tls = tlsConfig.parse({ mode: "acme", email: "ops@example.org", acceptTerms: true });
jest.setTimeout(300_000);

describe("one platform through the life of its certificate", () => {
  let world: World;
  let settings = {};
  /** Long enough to be seen, short enough to be renewed while the test looks: at half of it. */
  const VALIDITY = 90;
  let issued: Shown;

  beforeAll(async () => {
    world = new World();
    expect(await world.issueInternal(["acme"])).toMatchObject({ status: 0 });
    await world.startHaproxy(tls);
    world.startNameServer();
    settings = { caCertificate: world.startAcmeServer({ validity: VALIDITY }) };
    world.startProbes();
  });
  afterAll(() => world?.remove());

  test("before the first issue the edge serves the platform's own", async () => {
    const first = await until("HAProxy", 30, () => world.shown().catch(() => undefined));
    expect(first).toMatchObject({ issuer: "test authority", names: NAMES });
    expect(await world.probedExpiry()).toBe(first.ends);
  });

  test("issued by HTTP-01 through HAProxy, and served without a reload or a lost request", async () => {
    const before = world.worker();
    await world.startAcme();
    const visitors = world.visitors();
    expect(await world.ask(settings)).toMatchObject({ status: 0, said: "" });
    issued = await until("the issued certificate", 15, async () => {
      const now = await world.shown();
      return now.issuer.includes("Pebble") ? now : undefined;
    });
    expect(issued.names).toEqual(NAMES);
    const seen = await visitors.stop();
    expect(seen).toMatchObject({ failures: [], connections: 1 });
    expect(seen.requests).toBeGreaterThan(50);
    expect([world.worker(), world.orders()]).toEqual([before, 1]);
    expect(docker("exec", world.acme, "stat", "-c", "%a %u:%g", "/certificates/edge.pem")).toBe("400 99:99");
  });

  test("a restart of client and edge orders nothing and serves the same", async () => {
    docker("restart", world.acme);
    docker("restart", world.haproxy);
    const again = await until("HAProxy", 30, () => world.shown().catch(() => undefined));
    expect(again.fingerprint).toBe(issued.fingerprint);
    await until("the client", 30, () => world.metric("acme_failed_attempts").catch(() => undefined));
    await sleep(6);
    expect(world.orders()).toBe(1);
  });

  test("another `up` leaves it in place", async () => {
    expect(await world.issueInternal(["acme"])).toMatchObject({ status: 0 });
    expect((await world.shown()).fingerprint).toBe(issued.fingerprint);
  });

  test("renewed well before its end, while visitors notice nothing", async () => {
    const before = world.worker();
    const visitors = world.visitors();
    const renewed = await until("a renewal", VALIDITY, async () => {
      const now = await world.shown();
      return now.fingerprint === issued.fingerprint ? undefined : now;
    });
    expect(await visitors.stop()).toMatchObject({ failures: [], connections: 1 });
    // What the alerts about days left look at is what visitors are served, not a file.
    expect(await world.probedExpiry()).toBe(renewed.ends);
    expect(renewed).toMatchObject({ issuer: expect.stringContaining("Pebble"), names: NAMES });
    expect([world.worker(), world.orders()]).toEqual([before, 2]);
  });

  test("a new name is ordered at once", async () => {
    const names = [...NAMES, "wiki.example.test"].sort();
    expect(await world.ask(settings, names)).toMatchObject({ status: 0, said: "" });
    await until("the new name", 15, async () => ((await world.shown()).names.length === 4 ? true : undefined));
    expect(world.orders()).toBe(3);
  });

  test("a failed renewal keeps the old one: the server is down, then it refuses, then it gives one again", async () => {
    const old = await world.shown();
    docker("stop", `${world.platform}-pebble`);
    const failures = () => world.metric("acme_failed_attempts");
    await until("a failure", VALIDITY, async () => ((await failures()) > 0 ? true : undefined));
    expect((await world.shown()).fingerprint).toBe(old.fingerprint);
    const told = await world.script("acme-outcome", [world.acme, "5"]);
    expect(told.status).toBe(1);
    expect(told.said).toContain("doesn't answer as it should");
    expect(told.said).toContain("serves on with the certificate that it has");

    // Pebble forgets everything when it ends: the account is refused.
    docker("start", `${world.platform}-pebble`);
    const refused = await until("a refusal", 60, async () => {
      const { said } = await world.script("acme-outcome", [world.acme, "5"]);
      return said.includes("account") ? said : undefined;
    });
    expect(refused).toContain("No certificate for the edge");
    expect((await world.shown()).fingerprint).toBe(old.fingerprint);
    docker("restart", world.haproxy);
    const after = await until("HAProxy", 30, () => world.shown().catch(() => undefined));
    expect(after.fingerprint).toBe(old.fingerprint);
  });

  test("a lost volume of the edge is filled again without an order", async () => {
    const orders = world.orders();
    docker("exec", world.acme, "rm", "/certificates/edge.pem");
    docker("restart", world.acme);
    await until("the file", 30, () => {
      try {
        return docker("exec", world.acme, "stat", "/certificates/edge.pem");
      } catch {
        return undefined;
      }
    });
    expect(world.orders()).toBe(orders);
  });
});
