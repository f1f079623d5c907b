/** PostgreSQL as it is built from packages. */
import { Client } from "pg";
import { killContainer, type KillTarget } from "./kills";
import { addressOf, keepAsking, metricsOf, passwordOf, refusal, type Story, type World } from "./story";

const SERVICE = "postgres";
const PORT = 5432;

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** @default over TLS, with the server's name checked */
  readonly plain?: boolean;
}

async function login(world: World, { user = "shop", password, database = "shop", plain }: Login = {}): Promise<Client> {
  const client = new Client({
    host: await addressOf(world, SERVICE),
    port: PORT,
    user,
    database,
    password: password ?? (await passwordOf(world, SERVICE, user)),
    connectionTimeoutMillis: 5000,
    // The name in the certificate; the host can't resolve it.
    ssl: plain ? false : { ca: world.ca, servername: SERVICE },
  });
  // A connection that the server ends fails in its next query; without a listener it would end this process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** One value of a query's first row. */
async function value(client: Client, query: string): Promise<unknown> {
  const { rows } = await client.query<Record<string, unknown>>(query);
  return Object.values(rows[0] ?? {})[0];
}

async function using<T>(world: World, how: Login, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await login(world, how);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A note of one's own that has to outlive everything. */
export const noteIn = (world: World) => using(world, {}, (shop) => value(shop, "SELECT text FROM notes WHERE id = -1"));

let oldPassword = "";

export const postgresStory: Story = {
  engine: SERVICE,
  settings: {
    first: {
      databases: [{ name: "shop", extensions: ["pg_trgm"] }, { name: "blog" }],
      memory: "256MiB",
    },
    live: {
      databases: [
        { name: "shop", extensions: ["pg_trgm"], users: [{ name: "reader" }] },
        { name: "blog" },
        { name: "wiki" },
      ],
      memory: "256MiB",
      slowQueryMilliseconds: 20,
    },
    // The reader is gone; so is blog, which stays because data is protected.
    restarted: {
      databases: [{ name: "shop", extensions: ["pg_trgm"] }, { name: "wiki" }],
      memory: "384MiB",
      slowQueryMilliseconds: 20,
    },
  },
  rotated: ["postgres-shop"],

  async created(world) {
    await using(world, {}, async (shop) => {
      await shop.query("CREATE TABLE notes (id BIGINT PRIMARY KEY, text VARCHAR(1000) NOT NULL)");
      await shop.query("INSERT INTO notes VALUES (-1, 'before')");
      expect(await value(shop, "SHOW shared_buffers")).toBe("64MB");
      expect(await value(shop, "SHOW log_min_duration_statement")).toBe("1s");
      expect(await value(shop, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).toMatch(
        /^TLSv1\.[23]$/,
      );
      expect(await value(shop, "SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'")).toBe("pg_trgm");
      expect(await refusal(shop.query("CREATE ROLE mine"))).toMatch(/permission denied/);
    });
    expect(await refusal(login(world, { plain: true }))).toMatch(/no encryption/);
    expect(await refusal(login(world, { password: "wrong" }))).toMatch(/password authentication failed/);
    expect(await refusal(login(world, { database: "blog" }))).toMatch(/permission denied/);
    expect(await refusal(login(world, { database: "postgres" }))).toMatch(/permission denied/);
    expect(await refusal(login(world, { user: "postgres", database: "postgres" }))).toMatch(/rejects connection/);
    expect(await metricsOf(world, "postgres-exporter", 9187)).toMatch(/^pg_up 1$/m);
    oldPassword = await passwordOf(world, SERVICE, "shop");
  },

  async busy(world) {
    const clients = await Promise.all([login(world), login(world)]);
    return keepAsking(
      clients.map((client) => () => client.query("SELECT text FROM notes WHERE id = -1")),
      () => Promise.all(clients.map((client) => client.end())),
    );
  },

  async changed(world) {
    expect(await refusal(login(world, { password: oldPassword }))).toMatch(/password authentication failed/);
    expect(await noteIn(world)).toBe("before");
    await using(world, { user: "reader" }, async (reader) => {
      expect(await value(reader, "SELECT text FROM notes WHERE id = -1")).toBe("before");
      expect(await value(reader, "SHOW log_min_duration_statement")).toBe("20ms");
      expect(await refusal(reader.query("INSERT INTO notes VALUES (-2, 'x')"))).toMatch(/permission denied/);
    });
    await using(world, { user: "wiki", database: "wiki" }, (wiki) =>
      wiki.query("CREATE TABLE pages (id INT PRIMARY KEY)"),
    );
  },

  async restarted(world) {
    await using(world, {}, async (shop) => {
      expect(await value(shop, "SHOW shared_buffers")).toBe("96MB");
      expect(await value(shop, "SELECT text FROM notes WHERE id = -1")).toBe("before");
    });
    expect(await refusal(login(world, { user: "reader" }))).toMatch(/not permitted to log in/);
    expect(await refusal(login(world, { user: "blog", database: "blog" }))).toMatch(/not permitted to log in/);
  },

  target: (world): KillTarget => ({
    name: SERVICE,
    async connect() {
      const client = await login(world);
      return {
        async write(row, text) {
          await client.query("INSERT INTO notes VALUES ($1, $2)", [row, text]);
        },
        // An end that waits for a killed server would wait for ever.
        close: () => Promise.race([client.end(), new Promise<void>((done) => setTimeout(done, 500))]),
      };
    },
    async rows() {
      return using(world, {}, async (client) => {
        const { rows } = await client.query<{ id: string; text: string }>("SELECT id, text FROM notes WHERE id >= 0");
        return new Map(rows.map(({ id, text }) => [Number(id), text]));
      });
    },
    kill: () => killContainer(`${world.platform}-${SERVICE}`),
  }),
};
