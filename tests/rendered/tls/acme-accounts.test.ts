/** What an ACME server may ask for before it gives a certificate: an account that it knows, a record in the zone. */
import { tlsConfig } from "../../../components/haproxy/tls-config";
import { docker, NAMES, until, World } from "./world";

const tls = tlsConfig.parse({ mode: "acme", email: "ops@example.org", acceptTerms: true });
jest.setTimeout(300_000);

describe("an ACME server that asks for an external account", () => {
  let world: World;
  const account = { id: "kid-1", key: "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W" };
  let settings = {};

  beforeAll(async () => {
    world = new World();
    expect(await world.issueInternal(["acme"])).toMatchObject({ status: 0 });
    await world.startHaproxy(tls);
    world.startNameServer();
    settings = { caCertificate: world.startAcmeServer({ validity: 86400, account }) };
  });
  afterAll(() => world?.remove());

  test("without one it is told which settings are missing", async () => {
    await world.startAcme();
    const { status, said } = await world.ask(settings);
    expect(status).toBe(1);
    expect(said).toContain("asks for an external account: set edge.tls.eabKeyId and the secret acmeEabKey");
    world.stopAcme();
  });

  test("with a wrong one it is told that it is wrong, and the edge serves on", async () => {
    await world.startAcme({ "eab-key": "AAAAZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W" });
    const { status, said } = await world.ask({ ...settings, eabKeyId: account.id });
    expect(status).toBe(1);
    expect(said).toContain("refuses the external account kid-1");
    expect(said).not.toContain("AAAAZM6e");
    expect((await world.shown()).issuer).toBe("test authority");
    world.stopAcme();
  });

  test("with the right one there is a certificate, and the key is in no command line", async () => {
    await world.startAcme({ "eab-key": account.key });
    expect(await world.ask({ ...settings, eabKeyId: account.id, email: "other@example.org" })).toMatchObject({
      status: 0,
    });
    await until("the issued certificate", 15, async () =>
      (await world.shown()).issuer.includes("Pebble") ? true : undefined,
    );
    expect(docker("inspect", world.acme)).not.toContain(account.key);
  });
});

describe("dns-01", () => {
  let world: World;
  beforeAll(() => {
    world = new World();
  });
  afterAll(() => world?.remove());

  test("gets a certificate with a wildcard by changing the zone", async () => {
    expect(await world.issueInternal(["acme"])).toMatchObject({ status: 0 });
    await world.startHaproxy(tls);
    const { credentials } = world.startNameServer();
    const caCertificate = world.startAcmeServer({ validity: 86400 });
    await world.startAcme({ "dns-credentials": credentials });
    const names = [...NAMES, "*.apps.example.test"];
    const settings = { caCertificate, challenge: "dns-01", dnsProvider: "rfc2136" };
    expect(await world.ask(settings, names)).toMatchObject({ status: 0, said: "" });
    const issued = await until("the issued certificate", 15, async () => {
      const now = await world.shown("any.apps.example.test");
      return now.issuer.includes("Pebble") ? now : undefined;
    });
    expect(issued.names).toContain("*.apps.example.test");
  });
});
