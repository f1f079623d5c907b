/** MySQL, here MariaDB as it is built from packages. */
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { connect } from "node:net";
import { killContainer, type KillTarget } from "./kills";
import { addressOf, keepAsking, metricsOf, passwordOf, refusal, type Story, type World } from "./story";

const SERVICE = "mysql";
const PORT = 3306;

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** @default over TLS, with the server's name checked */
  readonly plain?: boolean;
}

async function login(
  world: World,
  { user = "shop", password, database = "shop", plain }: Login = {},
): Promise<Connection> {
  const address = await addressOf(world, SERVICE);
  return createConnection({
    // The name in the certificate; the host can't resolve it.
    host: SERVICE,
    stream: () => connect(PORT, address),
    user,
    database,
    password: password ?? (await passwordOf(world, SERVICE, user)),
    connectTimeout: 5000,
    ssl: plain ? undefined : { ca: world.ca, verifyIdentity: true },
  });
}

/** One value of a query's first row. */
async function value(connection: Connection, query: string): Promise<unknown> {
  const [rows] = await connection.query<RowDataPacket[]>(query);
  return Object.values(rows[0] ?? {})[0];
}

async function using<T>(world: World, how: Login, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await login(world, how);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

let oldPassword = "";

export const mysqlStory: Story = {
  engine: SERVICE,
  settings: {
    first: { databases: [{ name: "shop" }, { name: "blog" }], memory: "512MiB" },
    live: {
      databases: [{ name: "shop", users: [{ name: "reader" }] }, { name: "blog" }, { name: "wiki" }],
      memory: "512MiB",
    },
    // The reader is gone; so is blog, which stays because data is protected.
    restarted: { databases: [{ name: "shop" }, { name: "wiki" }], memory: "768MiB" },
  },
  rotated: ["mysql-shop", "mysql-root"],

  async created(world) {
    await using(world, {}, async (shop) => {
      await shop.query("CREATE TABLE notes (id BIGINT PRIMARY KEY, text VARCHAR(1000) NOT NULL)");
      await shop.query("INSERT INTO notes VALUES (-1, 'before')");
      expect(await value(shop, "SELECT @@innodb_buffer_pool_size")).toBe(256 * 2 ** 20);
      expect(
        await value(
          shop,
          "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'",
        ),
      ).toMatch(/^TLSv1\.[23]$/);
      expect(await refusal(shop.query("SELECT * FROM blog.notes"))).toMatch(/denied/);
      expect(await refusal(shop.query("SELECT * FROM mysql.user"))).toMatch(/denied/);
    });
    expect(await refusal(login(world, { plain: true }))).toMatch(/secure transport/i);
    expect(await refusal(login(world, { password: "wrong" }))).toMatch(/Access denied/);
    expect(await refusal(login(world, { user: "root", database: "mysql" }))).toMatch(/Access denied/);
    expect(await metricsOf(world, "mysql-exporter", 9104)).toMatch(/^mysql_up 1$/m);
    oldPassword = await passwordOf(world, SERVICE, "shop");
  },

  async busy(world) {
    const connections = await Promise.all([login(world), login(world)]);
    return keepAsking(
      connections.map((connection) => () => connection.query("SELECT text FROM notes WHERE id = -1")),
      () => Promise.all(connections.map((connection) => connection.end())),
    );
  },

  async changed(world) {
    expect(await refusal(login(world, { password: oldPassword }))).toMatch(/Access denied/);
    expect(await using(world, {}, (shop) => value(shop, "SELECT text FROM notes WHERE id = -1"))).toBe("before");
    await using(world, { user: "reader" }, async (reader) => {
      expect(await value(reader, "SELECT text FROM notes WHERE id = -1")).toBe("before");
      expect(await refusal(reader.query("INSERT INTO notes VALUES (-2, 'x')"))).toMatch(/denied/);
    });
    await using(world, { user: "wiki", database: "wiki" }, (wiki) =>
      wiki.query("CREATE TABLE pages (id INT PRIMARY KEY)"),
    );
  },

  async restarted(world) {
    await using(world, {}, async (shop) => {
      expect(await value(shop, "SELECT @@innodb_buffer_pool_size")).toBe(384 * 2 ** 20);
      expect(await value(shop, "SELECT text FROM notes WHERE id = -1")).toBe("before");
    });
    expect(await refusal(login(world, { user: "reader" }))).toMatch(/locked/);
    expect(await refusal(login(world, { user: "blog", database: "blog" }))).toMatch(/locked/);
  },

  target: (world): KillTarget => ({
    name: SERVICE,
    async connect() {
      const connection = await login(world);
      return {
        async write(row, text) {
          await connection.query("INSERT INTO notes VALUES (?, ?)", [row, text]);
        },
        close: () => Promise.resolve(connection.destroy()),
      };
    },
    async rows() {
      return using(world, {}, async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>("SELECT id, text FROM notes WHERE id >= 0");
        return new Map(rows.map(({ id, text }) => [Number(id), String(text)]));
      });
    },
    kill: () => killContainer(`${world.platform}-${SERVICE}`),
  }),
};
