/** The SQL that makes of a server what was declared, whatever it has already. Pure; run by psql, which reads passwords from their files. */
import { PASSWORDS, type Declared } from "../databases/server";
import { ADMINISTRATOR } from "./places";

export interface PostgresDeclaration {
  /** `owner`: the database is the user's. `monitor`: statistics of the server, and nobody's data. */
  readonly rights: "owner" | "write" | "read" | "monitor";
  /** Made in the database, with the owner's declaration. */
  readonly extensions: readonly string[];
}

type Asked = Declared<PostgresDeclaration>;

/** What says in the server that the program made something: nothing else is ever dropped or locked. */
const MARK = "made by oneforall";

export function renderConvergence(unsorted: readonly Asked[], { protect }: { readonly protect: boolean }): string {
  // One text for the same declarations: their order depends on which service was made first.
  const asked = [...unsorted].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const owned = asked.filter(({ declaration }) => declaration.rights === "owner");
  const others = asked.filter(({ declaration }) => declaration.rights !== "owner");
  return [
    HEADER,
    password(ADMINISTRATOR),
    ...[...new Set(asked.map(({ user }) => user))].sort().map(role),
    ...leftOut(asked, protect),
    ...owned.map(database),
    ...owned.map((owner) =>
      contents(
        owner,
        others.filter((other) => other.database === owner.database),
      ),
    ),
    ...others.filter(({ declaration }) => declaration.rights === "monitor").map(monitor),
  ].join("\n");
}

// The server would write a statement that fails, or is slow, into its log, and these have passwords in them.
const HEADER = `SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET client_min_messages = 'warning';
-- Who is let into a database is said below; by default that is everybody.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
`;

/** psql puts the file's content into the statement as a quoted text. */
function password(user: string): string {
  return `\\set password \`cat ${PASSWORDS}/${user}\`
ALTER ROLE ${name(user)} PASSWORD :'password';
`;
}

function role(user: string): string {
  return `SELECT format('CREATE ROLE %I', ${text(user)}) WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${text(user)}) \\gexec
ALTER ROLE ${name(user)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
COMMENT ON ROLE ${name(user)} IS ${text(MARK)};
${password(user)}`;
}

function database({ database, user }: Asked): string {
  return `SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8''', ${text(database)}, ${text(user)})
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${text(database)}) \\gexec
ALTER DATABASE ${name(database)} OWNER TO ${name(user)};
COMMENT ON DATABASE ${name(database)} IS ${text(MARK)};
REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC;
`;
}

/** What is in one database: extensions, and what users besides the owner may do. */
function contents({ database, user: owner, declaration }: Asked, others: readonly Asked[]): string {
  return `\\connect ${name(database)}
${HEADER.split("\n").slice(0, 4).join("\n")}
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO ${name(owner)};
${[...declaration.extensions]
  .sort()
  .map((extension) => `CREATE EXTENSION IF NOT EXISTS ${name(extension)};\n`)
  .join("")}${others.map((other) => grants(other, owner)).join("")}`;
}

function grants({ database, user, declaration }: Asked, owner: string): string {
  const [to, from] = [`TO ${name(user)}`, `FROM ${name(user)}`];
  const tables = declaration.rights === "write" ? "SELECT, INSERT, UPDATE, DELETE" : "SELECT";
  const sequences = declaration.rights === "write" ? "USAGE, SELECT" : "SELECT";
  const ofOwner = `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(owner)} IN SCHEMA public`;
  // In one transaction: somebody who reads meanwhile goes on reading.
  return `BEGIN;
GRANT CONNECT, TEMPORARY ON DATABASE ${name(database)} ${to};
GRANT USAGE ON SCHEMA public ${to};
REVOKE ALL ON ALL TABLES IN SCHEMA public ${from};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public ${from};
${ofOwner} REVOKE ALL ON TABLES ${from};
${ofOwner} REVOKE ALL ON SEQUENCES ${from};
GRANT ${tables} ON ALL TABLES IN SCHEMA public ${to};
GRANT ${sequences} ON ALL SEQUENCES IN SCHEMA public ${to};
${ofOwner} GRANT ${tables} ON TABLES ${to};
${ofOwner} GRANT ${sequences} ON SEQUENCES ${to};
COMMIT;
`;
}

function monitor({ database, user }: Asked): string {
  return `GRANT pg_monitor TO ${name(user)};
GRANT CONNECT ON DATABASE ${name(database)} TO ${name(user)};
`;
}

/** Users that aren't declared any more can't log in; their data stays. Databases go only where nothing is protected. */
function leftOut(asked: readonly Asked[], protect: boolean): string[] {
  const users = asked.map(({ user }) => text(user)).join(", ") || "''";
  const databases = asked.map(({ database }) => text(database)).join(", ") || "''";
  const locked = `SELECT format('ALTER ROLE %I NOLOGIN', rolname) FROM pg_roles
  WHERE shobj_description(oid, 'pg_authid') = ${text(MARK)} AND rolname NOT IN (${users}) AND rolcanlogin \\gexec
`;
  const dropped = `SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
  WHERE shobj_description(oid, 'pg_database') = ${text(MARK)} AND datname NOT IN (${databases}) \\gexec
`;
  return protect ? [locked] : [locked, dropped];
}

/** An identifier. */
function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
