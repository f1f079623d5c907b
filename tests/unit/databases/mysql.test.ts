import { mysqlConfig } from "../../../components/mysql/config";
import { renderConvergence, type MysqlDeclaration } from "../../../components/mysql/converge";
import { flavourOf, VERSIONS } from "../../../components/mysql/flavours";
import { mysqlSizes, renderMyCnf } from "../../../components/mysql/my-cnf";
import type { Size } from "../../../components/core/spec";

const config = (given: object = {}) => mysqlConfig.parse(given);
const account = (user: string, database: string, rights: MysqlDeclaration["rights"]) => ({
  user,
  database,
  declaration: { rights },
});

test.each<[Size, number, number, number]>([
  ["256MiB", 128, 48, 42],
  ["512MiB", 256, 64, 85],
  ["768MiB", 384, 96, 128],
  ["4GiB", 2048, 512, 500],
])("of %s, %d MiB hold pages, %d MiB the redo log, and %d clients get in", (memory, bufferPool, redo, connections) => {
  expect(mysqlSizes({ memory })).toEqual({ bufferPool, redo, connections });
});

test("what has to fit into the container's memory does", () => {
  for (const memory of ["256MiB", "384MiB", "512MiB", "1GiB", "3GiB", "16GiB"] as const) {
    const { bufferPool, connections } = mysqlSizes({ memory });
    const limit = memory.endsWith("GiB") ? Number.parseInt(memory) * 1024 : Number.parseInt(memory);
    expect(bufferPool + connections * 1.5).toBeLessThanOrEqual(limit * 0.76);
  }
});

test("the server's options", () => {
  expect(renderMyCnf(flavourOf("mariadb-11.8"), config())).toMatchSnapshot();
});

test("MySQL gets the options that it knows, and none of MariaDB's", () => {
  const mysql = renderMyCnf(flavourOf("mysql-9.7"), config({ memory: "1GiB", maxConnections: 30 }));
  expect(mysql).toContain("innodb_redo_log_capacity = 128M\n");
  expect(mysql).toContain("max_connections = 30\n");
  expect(mysql).not.toMatch(/aria|ignore_db_dirs|innodb_log_file_size/);
});

test("every version has an image", () => {
  expect(VERSIONS.map((version) => flavourOf(version).image)).toEqual(["mariadb", "mysql-9.7", "mysql-8.4"]);
});

test("what is asked for, as SQL", () => {
  const asked = [
    account("shop", "shop", "owner"),
    account("my_reader", "my_shop", "read"),
    account("clerk", "shop", "write"),
    account("exporter", "mysql", "monitor"),
  ];
  expect(renderConvergence(asked, { protect: true })).toMatchSnapshot();
});

test("nothing is dropped while data is protected; then what isn't declared any more, and only that", () => {
  const asked = [account("shop", "shop", "owner")];
  expect(renderConvergence(asked, { protect: true })).not.toMatch(/DROP/);
  const sql = renderConvergence(asked, { protect: false });
  const drops = sql.split("\n").filter((line) => line.includes("DROP"));
  expect(drops).toHaveLength(2);
  for (const line of drops)
    expect(line).toMatch(/FROM oneforall\.made WHERE kind = '\w+' AND name NOT IN \('shop'\);$/);
});

test("the order in which services ask changes nothing", () => {
  const asked = [account("a", "a", "owner"), account("b", "a", "read"), account("c", "c", "owner")];
  expect(renderConvergence([...asked].reverse(), { protect: true })).toBe(renderConvergence(asked, { protect: true }));
});

test("what a person would stumble over is refused, all of it at once", () => {
  const { error } = mysqlConfig.safeParse({
    memory: "100MiB",
    version: "mysql-5.7",
    databases: [{ name: "sys" }, { name: "Shop" }, { name: "blog", users: [{ name: "blog" }] }],
  });
  expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
    expect.stringMatching(/^version: /),
    "memory: is not a size from 256MiB on; give a whole number and MiB or GiB, for example 512MiB",
    "databases.0.name: is a name of the server's own; give another",
    "databases.1.name: is not a name; give up to 32 lower-case letters, digits, - and _",
  ]);
  const twice = mysqlConfig.safeParse({ databases: [{ name: "blog", users: [{ name: "blog" }] }] });
  expect(twice.error?.issues).toMatchObject([{ path: ["databases", 0, "users", 0, "name"] }]);
});
