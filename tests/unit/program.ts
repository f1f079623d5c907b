/** The whole program under mocks. */
import type { ResourceFacts } from "../../components/core/policy";

export type Config = Record<string, string>;

/** Runs index.ts afresh and gives everything that it registered. `secrets` are the keys of the config that are secrets. */
export async function run(config: Config, preview: boolean, secrets: readonly string[] = []): Promise<ResourceFacts[]> {
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
    runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`oneforall:${key}`, value])),
      secrets.map((key) => `oneforall:${key}`),
    );
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
