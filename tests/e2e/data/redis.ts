/** Redis, with every write on disk before it is acknowledged. */
import Redis from "ioredis";
import { killContainer, type KillTarget } from "./kills";
import { addressOf, keepAsking, metricsOf, passwordOf, refusal, type Story, type World } from "./story";

const SERVICE = "redis";
const PORT = 6379;

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly plain?: boolean;
}

/** A connection that isn't made again by itself: what fails is to be seen. */
async function login(world: World, { user = "shop", password, plain }: Login = {}): Promise<Redis> {
  const client = new Redis({
    host: await addressOf(world, SERVICE),
    port: PORT,
    username: user,
    password: password ?? (await passwordOf(world, SERVICE, user)),
    tls: plain ? undefined : { ca: world.ca, servername: SERVICE },
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5000,
  });
  let trouble: Error | undefined;
  client.on("error", (error: Error) => (trouble = error));
  await client.connect().catch((error: unknown) => {
    client.disconnect();
    throw trouble ?? error;
  });
  return client;
}

async function using<T>(world: World, how: Login, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = await login(world, how);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

const setting = async (world: World, name: string) => {
  const metrics = await metricsOf(world, "redis-exporter", 9121);
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(metrics)?.[1]);
};

let oldPassword = "";

export const redisStory: Story = {
  engine: SERVICE,
  settings: {
    first: { users: [{ name: "shop", keys: ["shop:*"] }], persistence: "always", memory: "128MiB" },
    live: {
      users: [
        { name: "shop", keys: ["shop:*"] },
        { name: "worker", keys: ["queue:*"] },
      ],
      persistence: "always",
      memory: "128MiB",
    },
    restarted: { users: [{ name: "shop", keys: ["shop:*"] }], persistence: "always", memory: "256MiB" },
  },
  rotated: ["redis-shop", "redis-admin"],

  async created(world) {
    await using(world, {}, async (shop) => {
      await shop.set("shop:before", "before");
      expect(await refusal(shop.set("queue:1", "x"))).toMatch(/NOPERM/);
      expect(await refusal(shop.call("CONFIG", "GET", "*"))).toMatch(/NOPERM/);
    });
    expect(await refusal(login(world, { password: "wrong" }))).toMatch(/WRONGPASS/);
    expect(await refusal(login(world, { user: "default", password: "" }))).toMatch(/WRONGPASS|NOAUTH/);
    await refusal(login(world, { plain: true }));
    expect(await setting(world, "redis_up")).toBe(1);
    expect(await setting(world, "redis_memory_max_bytes")).toBe(76 * 2 ** 20);
    oldPassword = await passwordOf(world, SERVICE, "shop");
  },

  async busy(world) {
    const clients = await Promise.all([login(world), login(world)]);
    return keepAsking(
      clients.map((client) => () => client.get("shop:before")),
      () => Promise.resolve(clients.forEach((client) => client.disconnect())),
    );
  },

  async changed(world) {
    expect(await refusal(login(world, { password: oldPassword }))).toMatch(/WRONGPASS/);
    expect(await using(world, {}, (shop) => shop.get("shop:before"))).toBe("before");
    await using(world, { user: "worker" }, async (worker) => {
      expect(await worker.lpush("queue:1", "job")).toBe(1);
      expect(await refusal(worker.get("shop:before"))).toMatch(/NOPERM/);
    });
  },

  async restarted(world) {
    expect(await setting(world, "redis_memory_max_bytes")).toBe(153 * 2 ** 20);
    expect(await using(world, {}, (shop) => shop.get("shop:before"))).toBe("before");
    expect(await refusal(login(world, { user: "worker" }))).toMatch(/WRONGPASS/);
  },

  target: (world): KillTarget => ({
    name: SERVICE,
    async connect() {
      const client = await login(world);
      return {
        async write(row, text) {
          await client.set(`shop:row:${row}`, text);
        },
        close: () => Promise.resolve(client.disconnect()),
      };
    },
    async rows() {
      return using(world, {}, async (client) => {
        const keys: string[] = [];
        for await (const found of client.scanStream({ match: "shop:row:*", count: 5000 }))
          keys.push(...(found as string[]));
        const rows = new Map<number, string>();
        for (let at = 0; at < keys.length; at += 5000) {
          const part = keys.slice(at, at + 5000);
          (await client.mget(part)).forEach((text, index) => rows.set(Number(part[index]?.slice(9)), text ?? ""));
        }
        return rows;
      });
    },
    kill: () => killContainer(`${world.platform}-${SERVICE}`),
  }),
};
