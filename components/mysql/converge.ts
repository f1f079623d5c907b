/**
 * Databases, accounts and grants as SQL that brings a running server to what is declared, from whatever it is at. Pure.
 * A SELECT in it prints statements, which are run afterwards (`container/converge`): what is too much is known only to
 * the server. What was made is remembered in a table of its own, so that nobody else's accounts are touched.
 */
import type { Declared } from "../databases/server";
import type { MysqlConfig } from "./config";

/** What a user may do in its database; `monitor`: nothing there, but see what the server counts. */
export interface MysqlDeclaration {
  readonly rights: "owner" | "write" | "read" | "monitor";
}

type Account = Declared<MysqlDeclaration>;
type Rights = Exclude<MysqlDeclaration["rights"], "monitor">;

const MADE = "oneforall.made";

const PRIVILEGES: Readonly<Record<Rights, string>> = {
  owner: "ALL PRIVILEGES",
  write: "SELECT, INSERT, UPDATE, DELETE, EXECUTE, SHOW VIEW, LOCK TABLES, CREATE TEMPORARY TABLES",
  read: "SELECT, EXECUTE, SHOW VIEW",
};

/** By which one sees that somebody has more than these rights; an owner can't. */
const TOO_MUCH: Readonly<Partial<Record<Rights, string>>> = {
  write: "Create_priv = 'Y'",
  read: "Insert_priv = 'Y'",
};

/** Without a secret (`container/converge` reads passwords from their files): a preview shows what changes. */
export function renderConvergence(asked: readonly Account[], { protect }: Pick<MysqlConfig, "protect">): string {
  const accounts = [...asked].sort((a, b) => (a.user < b.user ? -1 : 1));
  const users = [...new Set(accounts.map(({ user }) => user))];
  const granted = accounts.filter(({ declaration }) => declaration.rights !== "monitor");
  const databases = [...new Set(granted.map(({ database }) => database))].sort();
  return [
    "CREATE DATABASE IF NOT EXISTS oneforall;",
    `CREATE TABLE IF NOT EXISTS ${MADE} (kind ENUM('database', 'user') NOT NULL, name VARCHAR(64) NOT NULL, PRIMARY KEY (kind, name));`,
    ...databases.flatMap((name) => [
      `CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4;`,
      `INSERT IGNORE INTO ${MADE} VALUES ('database', '${name}');`,
    ]),
    // Locked until it has its password. A connection that is there stays; the next one needs the new password.
    ...users.flatMap((name) => [
      `CREATE USER IF NOT EXISTS '${name}'@'%' REQUIRE SSL ACCOUNT LOCK;`,
      `INSERT IGNORE INTO ${MADE} VALUES ('user', '${name}');`,
      `-- password ${name}`,
    ]),
    ...accounts.flatMap(grants),
    ...users.map((user) => revocations(user, granted)),
    undeclared(
      "user",
      users,
      protect ? ["ALTER USER ''", "''@''%'' ACCOUNT LOCK"] : ["DROP USER IF EXISTS ''", "''@''%''"],
    ),
    ...(protect
      ? []
      : [undeclared("database", databases, ["DROP DATABASE IF EXISTS `", "`"]), forgotten(users, databases)]),
    "",
  ].join("\n");
}

/** In a grant, `_` stands for any letter. */
function pattern(database: string): string {
  return database.replaceAll("_", "\\_");
}

/** A pattern as a string in SQL. */
function literal(database: string): string {
  return `'${pattern(database).replaceAll("\\", "\\\\")}'`;
}

function grants({ user, database, declaration: { rights } }: Account): string[] {
  if (rights === "monitor") {
    return [`ALTER USER '${user}'@'%' WITH MAX_USER_CONNECTIONS 3;`, `GRANT PROCESS ON *.* TO '${user}'@'%';`];
  }
  const at = `\`${pattern(database)}\`.*`;
  const grant = `GRANT ${PRIVILEGES[rights]} ON ${at} TO '${user}'@'%';`;
  const tooMuch = TOO_MUCH[rights];
  if (tooMuch === undefined) return [grant];
  const less = `REVOKE ALL PRIVILEGES ON ${at} FROM '${user}'@'%'; ${grant}`;
  const printed = less.replaceAll("\\", "\\\\").replaceAll("'", "''");
  return [
    grant,
    `SELECT '${printed}' FROM mysql.db WHERE Host = '%' AND User = '${user}' AND Db = ${literal(database)} AND ${tooMuch};`,
  ];
}

/** Grants on databases that the user isn't declared for. */
function revocations(user: string, granted: readonly Account[]): string {
  const kept = granted.filter((account) => account.user === user).map(({ database }) => literal(database));
  return `SELECT CONCAT('REVOKE ALL PRIVILEGES ON \`', Db, '\`.* FROM ''${user}''@''%'';') FROM mysql.db WHERE Host = '%' AND User = '${user}' AND Db NOT IN (${list(kept)});`;
}

/** A statement for each thing that was made here and isn't declared: its name between two texts. */
function undeclared(
  kind: "user" | "database",
  names: readonly string[],
  [before, after]: readonly [string, string],
): string {
  return `SELECT CONCAT('${before}', name, '${after};') FROM ${MADE} WHERE kind = '${kind}' AND name NOT IN (${words(names)});`;
}

/** Printed, so that it comes after the drops. */
function forgotten(users: readonly string[], databases: readonly string[]): string {
  const kept = `(kind = 'user' AND name IN (${words(users)})) OR (kind = 'database' AND name IN (${words(databases)}))`;
  return `SELECT '${`DELETE FROM ${MADE} WHERE NOT (${kept});`.replaceAll("'", "''")}';`;
}

const words = (names: readonly string[]) => list(names.map((name) => `'${name}'`));

/** An empty list is no SQL; no name is empty. */
function list(values: readonly string[]): string {
  return values.length === 0 ? "''" : values.join(", ");
}
