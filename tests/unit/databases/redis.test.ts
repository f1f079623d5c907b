import { redisConfig } from "../../../components/redis/config";
import { maxMemory, renderRedisConf } from "../../../components/redis/redis-conf";
import { renderUsers } from "../../../components/redis/users";

const config = (given: object = {}) => redisConfig.parse(given);

test("the server's options, with data on disk", () => {
  expect(renderRedisConf(config({ persistence: "always" }))).toMatchSnapshot();
});

test("a cache keeps nothing and makes room; data is kept and room isn't made", () => {
  const cache = renderRedisConf(config({ persistence: "none" }));
  expect(cache).toMatch(/^maxmemory-policy allkeys-lru$/m);
  expect(cache).toMatch(/^appendonly no$/m);
  expect(cache).not.toContain("appendfsync");
  const data = renderRedisConf(config());
  expect(data).toMatch(/^maxmemory-policy noeviction$/m);
  expect(data).toMatch(/^appendonly yes\nappendfsync everysec$/m);
});

test("memory for data leaves room for what else the server needs", () => {
  expect(maxMemory({ memory: "256MiB", persistence: "none" })).toBe(192);
  expect(maxMemory({ memory: "256MiB", persistence: "everysec" })).toBe(153);
});

test("users and their rules, without a password", () => {
  const asked = [
    { user: "shop", database: "0", declaration: { keys: ["shop:*"] } },
    { user: "exporter", database: "0", declaration: {} },
    { user: "shop", database: "0", declaration: { keys: ["cart:*"] } },
  ];
  expect(renderUsers(asked)).toBe(
    [
      "admin ~* &* +@all",
      "exporter -@all +ping +info +slowlog|get +slowlog|len +latency|latest +latency|histogram +client|setname",
      "shop ~cart:* ~shop:* &* +@all -@admin -@dangerous +info",
      "",
    ].join("\n"),
  );
});

test("what a person would stumble over is refused, all of it at once", () => {
  const { error } = redisConfig.safeParse({
    memory: "1MiB",
    users: [{ name: "admin" }, { name: "shop", keys: ["a b"] }],
  });
  expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
    "users.0.name: is a name of the server's own; give another",
    "users.1.keys.0: is not a pattern of keys; give for example shop:*",
    "memory: is not a size from 64MiB on; give a whole number and MiB or GiB, for example 256MiB",
  ]);
  const twice = redisConfig.safeParse({ users: [{ name: "shop" }, { name: "shop" }] });
  expect(twice.error?.issues).toMatchObject([
    { path: ["users", 1, "name"], message: "is there twice; rename one of them" },
  ]);
});
