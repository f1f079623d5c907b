/** What the program registers for each way to have the edge's certificate. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceFacts } from "../../../components/core/policy";
import { run } from "../program";

const DOMAIN = "oneforall.localhost";
const tls = (settings: object) => ({ imageSource: "packages", edge: JSON.stringify({ tls: settings }) });
const acme = { mode: "acme", email: "ops@example.org", acceptTerms: true };
/** A service's container has the name of the service itself. */
const named = (resources: ResourceFacts[], name: string) =>
  resources.find((resource) => resource.name === name && !resource.type.startsWith("oneforall:"));
const words = (resource?: ResourceFacts) => String(resource?.props["create"]);
const mounts = (resource?: ResourceFacts): { target: string; readOnly: boolean; source: string }[] =>
  resource?.props["mounts"] ?? [];

test("internal: the platform's authority issues, nobody else writes certificates, and there is no ACME client", async () => {
  const resources = await run(tls({ mode: "internal" }), false);
  expect(words(named(resources, "edge-certificate-issued"))).toContain('/certificate" ');
  expect(named(resources, "acme")).toBeUndefined();
  expect(String(named(resources, "haproxy-live-config")?.props["stdin"])).not.toContain("lua-load tls.lua");
});

test("acme: a client that can write the certificate and nothing else of the edge", async () => {
  const config = { ...tls({ ...acme, directory: "letsencrypt", eabKeyId: "kid-1" }), acmeEabKey: "very-secret" };
  const resources = await run(config, false, ["acmeEabKey"]);
  expect(words(named(resources, "edge-certificate-issued"))).toMatch(/ acme$/);
  const client = named(resources, "acme");
  expect(mounts(client).filter(({ readOnly }) => !readOnly)).toEqual([
    expect.objectContaining({ target: "/var/lib/acme" }),
    expect.objectContaining({ target: "/certificates", source: "oneforall-test-edge-certificates" }),
  ]);
  expect(mounts(named(resources, "haproxy")).every(({ readOnly }) => readOnly)).toBe(true);
  expect(named(resources, "acme-data")).toMatchObject({ retainOnDelete: true });
  const settings = String(named(resources, "acme-live-config")?.props["stdin"]);
  expect(settings).toContain('"eabKeyId": "kid-1"');
  expect(settings).toContain(`"prometheus.${DOMAIN}"`);
  const edge = String(named(resources, "haproxy-live-config")?.props["stdin"]);
  for (const part of ["lua-load tls.lua", "be_acme", "set ssl cert"]) expect(edge).toContain(part);
  expect(named(resources, "edge-certificate-asked")?.props["stdin"]).toContain("acme-v02.api.letsencrypt.org");
  const plain = resources.filter(({ name }) => name !== "acme-secrets-filled");
  expect(JSON.stringify(plain)).not.toContain("very-secret");
});

describe("provided", () => {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  const [certificate, key] = [join(folder, "crt"), join(folder, "key")];
  const names = ["-subj", `/CN=${DOMAIN}`, "-addext", `subjectAltName=DNS:${DOMAIN},DNS:*.${DOMAIN}`];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", "-days", "30", ...made, ...names], { stdio: "ignore" });
  const config = {
    ...tls({ mode: "provided" }),
    tlsCertificate: readFileSync(certificate, "utf8"),
    tlsKey: readFileSync(key, "utf8"),
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  test("it reaches the host by stdin alone, and the edge's container knows nothing of it", async () => {
    const resources = await run(config, false, ["tlsCertificate", "tlsKey"]);
    const issued = named(resources, "edge-certificate-issued");
    expect(words(issued)).toContain("provided-certificate");
    expect(JSON.stringify(issued?.props["stdin"])).toContain("PRIVATE KEY");
    const others = resources.filter((resource) => resource !== issued);
    expect(JSON.stringify(others)).not.toContain(config.tlsKey.split("\n")[1]);
    expect(named(resources, "acme")).toBeUndefined();
  });
});
