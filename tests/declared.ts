/** What a program declares, found out without making anything. */
import type { Platform } from "../components/core/platform";
import type { ResourceFacts } from "../components/core/policy";
import type { Declared } from "./services-page";

/** Runs a program under mocks, in modules of its own; what it declares and what it registers. */
export async function declaredBy(
  config: Record<string, string>,
  program: () => Promise<unknown>,
  secrets: readonly string[] = [],
) {
  const declared: Declared[] = [];
  const resources: ResourceFacts[] = [];
  await jest.isolateModulesAsync(async () => {
    const { runtime } = await import("@pulumi/pulumi");
    const core = await import("../components/core/platform");
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const declare = core.Platform.prototype.declare;
    jest.spyOn(core.Platform.prototype, "declare").mockImplementation(function (this: Platform, kind, host, spec) {
      declared.push({ kind, spec });
      declare.call(this, kind, host, spec);
    });
    await runtime.setMocks({
      newResource: ({ type, name, inputs, provider, id }) => {
        resources.push({ type, name, props: inputs, provider });
        return {
          id: id ?? `${name}-id`,
          state: { ...inputs, name: inputs.name ?? name, stdout: "", result: "generated" },
        };
      },
      call: ({ inputs }) => inputs,
    });
    runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`oneforall:${key}`, value])),
      secrets.map((key) => `oneforall:${key}`),
    );
    await runtime.runInPulumiStack(program);
    await runtime.disconnect();
  });
  return { declared, resources };
}
