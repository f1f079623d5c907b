/** The whole program under mocks: what it would register, in a preview and in an update, for several configurations. */
import { violations, type ResourceFacts } from "../../components/core/policy";

type Config = Record<string, string>;

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
};

/** Runs index.ts afresh and gives everything that it registered. */
async function run(config: Config, preview: boolean): Promise<ResourceFacts[]> {
  const seen: ResourceFacts[] = [];
  await jest.isolateModulesAsync(async () => {
    const { runtime } = await import("@pulumi/pulumi");
    const retained = new Map<string, boolean>();
    await runtime.setMocks(
      {
        newResource: ({ type, name, inputs, provider, id }) => {
          seen.push({ type, name, props: inputs, provider, retainOnDelete: retained.get(`${type} ${name}`) ?? false });
          // A name that Docker makes up is known only afterwards.
          const computed = { name: inputs.name ?? `${name}-made-up`, stdout: "", result: "generated" };
          return { id: id ?? `${name}-id`, state: { ...inputs, ...computed } };
        },
        call: ({ inputs }) => inputs,
      },
      "oneforall",
      "test",
      preview,
    );
    runtime.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [`oneforall:${key}`, value])));
    await runtime.runInPulumiStack(async () => {
      runtime.registerStackTransformation(({ type, name, props, opts }) => {
        retained.set(`${type} ${name}`, opts.retainOnDelete ?? false);
        return { props, opts };
      });
      return import("../../index.ts" as string);
    });
    await runtime.disconnect();
  });
  return seen;
}

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
