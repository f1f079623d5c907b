import { parseConfig } from "../../../components/core/config";
import { violations } from "../../../components/core/policy";
import type { Size } from "../../../components/core/spec";
import { mebibytes } from "../../../components/core/units";
import { renderConvergence, type PostgresDeclaration } from "../../../components/postgres/converge";
import { liveFiles, startSettings } from "../../../components/postgres/settings";
import { tuning } from "../../../components/postgres/tuning";
import { run } from "../program";

const account = (
  user: string,
  database: string,
  rights: PostgresDeclaration["rights"],
  extensions: readonly string[] = [],
) => ({ user, database, declaration: { rights, extensions } });
const ASKED = [
  account("wiki", "wiki", "owner"),
  account("shop", "shop", "owner", ["pg_trgm", "citext"]),
  account("reader", "shop", "read"),
  account("clerk", "shop", "write"),
  account("oneforall_exporter", "postgres", "monitor"),
];

test.each<[Size, number, number]>([
  ["128MiB", 32, 20],
  ["512MiB", 128, 64],
  ["8GiB", 2048, 500],
])("of %s, %d MiB are buffers, and %d clients get in", (memory, sharedBuffersMiB, maxConnections) => {
  expect(tuning({ memory, maxConnections: undefined })).toMatchObject({ sharedBuffersMiB, maxConnections });
});

test.each<[Size, number | undefined]>([
  ["128MiB", undefined],
  ["512MiB", undefined],
  ["2GiB", 50],
  ["64GiB", undefined],
])("in %s with %s connections, what is divided is no more than there is", (memory, maxConnections) => {
  const tuned = tuning({ memory, maxConnections });
  const used = tuned.sharedBuffersMiB + (tuned.maxConnections * tuned.workKiB) / 1024 + tuned.maintenanceMiB;
  expect(used).toBeLessThanOrEqual(mebibytes(memory));
});

test("settings by file and by start are told apart: a file's value can't be overruled by the command", () => {
  const tuned = tuning({ memory: "512MiB", maxConnections: undefined });
  const files = liveFiles({ slowQueryMilliseconds: 250 }, tuned);
  expect(files).toMatchSnapshot();
  const inFile = files["postgresql.conf"].split("\n").map((line) => line.split(" = ")[0] ?? "");
  expect(Object.keys(startSettings(tuned)).filter((name) => inFile.includes(name))).toEqual([]);
});

describe("the SQL that makes what was declared", () => {
  test("is the same for the same declarations in any order, and has no password", () => {
    const sql = renderConvergence(ASKED, { protect: true });
    expect(renderConvergence([...ASKED].reverse(), { protect: true })).toBe(sql);
    expect(sql).toMatchSnapshot();
    expect(sql.match(/PASSWORD (?!:'password')/g)).toBeNull();
  });

  test("drops nothing unless protection is taken away", () => {
    expect(renderConvergence(ASKED, { protect: true })).not.toMatch(/DROP/);
    expect(renderConvergence([], { protect: false })).toMatch(/DROP DATABASE %I/);
  });

  test("takes no name for SQL", () => {
    const sql = renderConvergence([account(`a"b'c`, `a"b'c`, "owner")], { protect: true });
    expect(sql).toContain(`ALTER ROLE "a""b'c" LOGIN`);
    expect(sql).toContain(`rolname = 'a"b''c'`);
  });
});

test("wrong settings are refused with the value and what would be right, all at once", () => {
  const databases = [
    { name: "Shop" },
    { name: "postgres" },
    { name: "wiki", extensions: ["a b"], users: [{ name: "wiki" }, { name: "x", rights: "all" }] },
  ];
  const postgres = { version: "9", memory: "64MiB", databases };
  expect(parseConfig({ databases: JSON.stringify({ postgres }) }).problems.sort()).toEqual([
    expect.stringMatching(/^oneforall:databases.postgres.databases.0.name: "Shop" is not a name; give/),
    'oneforall:databases.postgres.databases.1.name: "postgres" is a name of the server\'s own; give another',
    expect.stringMatching(
      /^oneforall:databases.postgres.databases.2.extensions.0: "a b" is not the name of an extension/,
    ),
    'oneforall:databases.postgres.databases.2.users.1.rights: "all" is not one of read, write',
    expect.stringMatching(/^oneforall:databases.postgres.memory: "64MiB" is not a size from 128MiB on; give/),
    expect.stringMatching(/^oneforall:databases.postgres.version: "9" is not one of .*17/),
  ]);
  const twice = { databases: [{ name: "wiki", users: [{ name: "wiki" }] }] };
  expect(parseConfig({ databases: JSON.stringify({ postgres: twice }) }).problems).toEqual([
    'oneforall:databases.postgres.databases.0.users.0.name: "wiki" is there twice; rename one of them',
  ]);
});

describe("the service in the program", () => {
  const given = { imageSource: "packages", databases: JSON.stringify({ postgres: { databases: [{ name: "shop" }] } }) };

  test("keeps every invariant, is on a network without a way out, and its passwords are secrets", async () => {
    const seen = await run(given, false);
    expect(seen.flatMap(violations)).toEqual([]);
    const find = (type: string, name: string) => seen.find((one) => one.type === type && one.name === name)?.props;
    expect(find("docker:index/network:Network", "network-main-postgres")).toMatchObject({ internal: true });
    const networks = (name: string) =>
      (find("docker:index/container:Container", name)?.["networksAdvanced"] as { name: string }[]).map(
        (one) => one.name,
      );
    expect(networks("postgres")).toEqual(["oneforall-test-postgres"]);
    expect(networks("postgres-exporter")).toEqual(["oneforall-test-monitoring", "oneforall-test-postgres"]);
    expect(networks("prometheus")).not.toContain("oneforall-test-postgres");
    expect(find("docker:index/container:Container", "postgres")?.["ports"]).toEqual([]);
    const converged = find("command:local:Command", "postgres-converged");
    expect(converged?.["stdin"]).toContain("CREATE DATABASE %I OWNER %I TEMPLATE template0");
  }, 60_000);
});
