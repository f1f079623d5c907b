/** What the program registers for the servers that are declared; what they really do is in tests/e2e/data.test.ts. */
import { violations } from "../../../components/core/policy";
import { run } from "../program";

type Resources = Awaited<ReturnType<typeof run>>;

const ENGINES = ["mysql", "redis"] as const;
const CONFIG = { imageSource: "packages", edge: '{"tcpPorts": [3306, 6379]}' };

const first = { mysql: { databases: [{ name: "shop" }] }, redis: { users: [{ name: "shop" }] } };
const more = {
  mysql: { databases: [{ name: "shop", users: [{ name: "reader" }] }, { name: "blog" }] },
  redis: { users: [{ name: "shop" }, { name: "worker" }] },
};
const tunedAndPublished = {
  mysql: { ...first.mysql, memory: "1GiB", publishPort: 3306 },
  redis: { ...first.redis, persistence: "none", publishPort: 6379 },
};

let before: Resources, changed: Resources, tuned: Resources;

beforeAll(async () => {
  before = await run({ ...CONFIG, databases: JSON.stringify(first) }, false);
  const secretVersions = '{"mysql-shop": 2, "redis-shop": 2}';
  changed = await run({ ...CONFIG, databases: JSON.stringify(more), secretVersions }, false);
  tuned = await run({ ...CONFIG, databases: JSON.stringify(tunedAndPublished) }, true);
});

const props = (resources: Resources, type: string, name: string) => {
  const found = resources.find((one) => one.type.endsWith(`:${type}`) && one.name === name);
  if (!found) throw new Error(`no ${type} ${name}`);
  return found.props;
};

test("servers and their exporters satisfy every invariant, in an update and in a preview", () => {
  for (const resources of [before, changed, tuned]) expect(resources.flatMap(violations)).toEqual([]);
  for (const engine of ENGINES) expect(props(before, "Container", `${engine}-exporter`)).toBeDefined();
});

test("a server that nobody wants isn't there", () => {
  expect(before.filter(({ name }) => name.startsWith("postgres"))).toEqual([]);
});

test.each([
  ["mysql", "mysql-converged", "'reader'"],
  ["redis", "redis-live-config", "worker ~*"],
])("%s: one more user is told to the running server, whose container stays as it is", (engine, command, user) => {
  expect(props(changed, "Container", engine)).toEqual(props(before, "Container", engine));
  const told = (resources: Resources) => String(props(resources, "Command", command)["stdin"]);
  expect(told(before)).not.toContain(user);
  expect(told(changed)).toContain(user);
});

test.each(ENGINES)("%s: other tuning replaces the files that the server starts with", (engine) => {
  const labels = (resources: Resources) => props(resources, "Volume", `${engine}-files`)["labels"] as object;
  expect(labels(tuned)).not.toEqual(labels(before));
});

test.each(ENGINES)("%s is reached from outside only by the edge, and only if that was asked for", (engine) => {
  for (const resources of [before, tuned]) expect(props(resources, "Container", engine)["ports"]).toEqual([]);
  const edge = (resources: Resources) => String(props(resources, "Command", "haproxy-live-config")["stdin"]);
  const server = new RegExp(`server .* ${engine}:`);
  expect(edge(before)).not.toMatch(server);
  expect(edge(tuned)).toMatch(server);
});
