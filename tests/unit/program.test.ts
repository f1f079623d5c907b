/** The whole program under mocks: what it would register, in a preview and in an update, for several configurations. */
import { violations } from "../../components/core/policy";
import { run, type Config } from "./program";

const CONFIGURATIONS: Record<string, Config> = {
  "packages, one host": { imageSource: "packages" },
  "another domain and ports": {
    imageSource: "packages",
    domain: "platform.example.org",
    edge: '{"httpPort": 8080, "httpsPort": 8443}',
  },
  "two hosts": {
    imageSource: "bundle",
    hosts: '[{"name": "main"}, {"name": "second", "connection": {"host": "10.0.0.2", "hostKey": "ssh-ed25519 AAAA"}}]',
  },
  "released images": { imageSource: "pull" },
  "a registry of one's own": { imageSource: "mirror", mirror: "registry.example.org:5000" },
  "a chat, built": { imageSource: "packages", chat: '{"enabled": true}' },
  "a chat, released": { imageSource: "pull", chat: '{"enabled": true}' },
  "certificates by ACME": {
    imageSource: "packages",
    edge: '{"tls": {"mode": "acme", "email": "ops@example.org", "acceptTerms": true}}',
  },
};

describe.each(Object.entries(CONFIGURATIONS))("%s", (_, config) => {
  test.each([
    ["a preview", true],
    ["an update", false],
  ])("satisfies every invariant in %s", async (_mode, preview) => {
    const resources = await run(config, preview);
    expect(resources.filter(({ type }) => type === "docker:index/container:Container").length).toBeGreaterThan(7);
    expect(resources.flatMap(violations)).toEqual([]);
  });
});

test("only the edge publishes ports", async () => {
  const resources = await run(CONFIGURATIONS["another domain and ports"]!, false);
  const published = resources.filter(({ props }) => props["ports"]?.length > 0);
  expect(
    published.map(({ name, props }) => [name, props["ports"].map((p: { external: number }) => p.external)]),
  ).toEqual([["haproxy", [8080, 8443]]]);
});
