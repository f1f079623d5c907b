/** The stack under mocks: what its configuration changes. */
type Inputs = Record<string, unknown>;

/** Runs the program with this configuration; gives the inputs of every resource by its name. */
async function run(plain: Record<string, string>, secrets: Record<string, string> = {}): Promise<Map<string, Inputs>> {
  const seen = new Map<string, Inputs>();
  await jest.isolateModulesAsync(async () => {
    const { runtime } = await import("@pulumi/pulumi");
    await runtime.setMocks(
      {
        newResource: ({ name, inputs, id }) => {
          seen.set(name, inputs as Inputs);
          return {
            id: id ?? `${name}-id`,
            state: { ...inputs, name: inputs.name ?? name, stdout: "", result: "made" },
          };
        },
        call: ({ inputs }) => inputs as Inputs,
      },
      "oneforall",
      "test",
      false,
    );
    const all = { imageSource: "packages", ...plain, ...secrets };
    runtime.setAllConfig(
      Object.fromEntries(Object.entries(all).map(([key, value]) => [`oneforall:${key}`, value])),
      Object.keys(secrets).map((key) => `oneforall:${key}`),
    );
    await runtime.runInPulumiStack(() => import("../../../index.ts" as string));
    await runtime.disconnect();
  });
  return seen;
}

const textOf = (inputs: Inputs | undefined) => JSON.stringify(inputs);

test("a given webhook is a receiver, and its address is in the file for it and nowhere else", async () => {
  const url = "https://hooks.example.org/token-4711";
  const resources = await run({}, { alertWebhookUrl: url });
  expect(textOf(resources.get("alertmanager-live-config"))).toContain("url_file: /run/secrets/webhook");
  const holders = [...resources].filter(([, inputs]) => textOf(inputs)?.includes("token-4711")).map(([name]) => name);
  expect(holders).toEqual(["alertmanager-secrets-filled"]);
}, 30_000);

test("another address replaces what reads it, and the plan doesn't show it", async () => {
  const volumeFor = async (url: string) =>
    textOf((await run({}, { alertWebhookUrl: url })).get("alertmanager-secrets")) ?? "";
  const [one, same, other] = [
    await volumeFor("https://a.test/1"),
    await volumeFor("https://a.test/1"),
    await volumeFor("https://a.test/2"),
  ];
  expect(same).toBe(one);
  expect(other).not.toBe(one);
  expect(one).toContain("io.oneforall.content");
}, 30_000);

test("without receivers the service says that nobody is told", async () => {
  const resources = await run({});
  expect(textOf(resources.get("alertmanager-live-config"))).not.toContain("url_file");
  expect(resources.has("alertmanager-secrets-filled")).toBe(false);
}, 30_000);

test("retention in the configuration is retention in the services", async () => {
  const monitoring = { prometheus: { retentionDays: 7 }, logs: { maxDisk: "3GiB" } };
  const resources = await run({ monitoring: JSON.stringify(monitoring) });
  expect(resources.get("prometheus")?.["command"]).toEqual(
    expect.arrayContaining(["--storage.tsdb.retention.time=7d", "--storage.tsdb.retention.size=10GiB"]),
  );
  expect(resources.get("victoria-logs")?.["command"]).toEqual(
    expect.arrayContaining(["-retentionPeriod=30d", "-retention.maxDiskSpaceUsageBytes=3GiB"]),
  );
}, 30_000);
