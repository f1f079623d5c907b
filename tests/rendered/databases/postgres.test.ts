/** PostgreSQL's own judgement of its settings, its start and the SQL, in the image that runs them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderConvergence } from "../../../components/postgres/converge";
import { PSQL } from "../../../components/postgres/places";
import { CHECK, liveFiles } from "../../../components/postgres/settings";
import { tuning } from "../../../components/postgres/tuning";
import { image } from "../../images";
import { inImage } from "../monitoring/in-image";

const MINUTES = 60_000;
const IMAGE = "postgres-17";

beforeAll(() => void image(IMAGE), 20 * MINUTES);

const start = readFileSync(join(__dirname, "..", "..", "..", "components", "postgres", "start"), "utf8");
const tuned = tuning({ memory: "256MiB", maxConnections: undefined });
const files = liveFiles({ slowQueryMilliseconds: 250 }, tuned);

test("the server takes its settings, and the check refuses what it wouldn't take", () => {
  const check = `export NEW=$PWD; ${CHECK}`;
  expect(inImage(IMAGE, files, check)).toMatchObject({ status: 0 });
  const wrong = { ...files, "postgresql.conf": files["postgresql.conf"].replace(/^work_mem = .*/m, "work_mem = much") };
  const { status, output } = inImage(IMAGE, wrong, check);
  expect(output).toContain('invalid value for parameter "work_mem": "much"');
  expect(status).not.toBe(0);
});

test.each([
  [
    "data of another major version",
    "mkdir -p 15/docker; echo 15 >15/docker/PG_VERSION",
    "data of PostgreSQL 15 in /tmp/data/15/docker",
  ],
  ["data as upstream's image lays it out", "echo 16 >PG_VERSION", "data of PostgreSQL 16 in /tmp/data"],
  ["data under the wrong name", "mkdir -p 17/docker; echo 16 >17/docker/PG_VERSION", "data of PostgreSQL 16 there"],
  ["half a directory", "mkdir -p 17/docker/base", "a directory without PG_VERSION"],
])("%s is refused: what was expected, what was found, what to do; and nothing is touched", (_, before, found) => {
  // Not waited for here, as it waits before Docker starts it again.
  const script = `mkdir -p /tmp/data /tmp/bin; ln -s /bin/true /tmp/bin/sleep; cd /tmp/data; ${before}; find . -type f >/tmp/before
    PATH=/tmp/bin:$PATH sh /files/start 17 /tmp/data && exit 1 || echo "ended $?"; find . -type f | cmp - /tmp/before`;
  const { status, output } = inImage(IMAGE, { start }, script);
  expect(output).toContain(`Expected: the data of PostgreSQL 17 in /tmp/data/17/docker. Found: ${found}. `);
  expect(output).toMatch(/use a checkout that has PostgreSQL \d+|Restore the data/);
  expect(output).toContain("ended 78");
  expect(status).toBe(0);
});

test("what was declared is made, a second time changes nothing, and only without protection something is dropped", () => {
  const asked = [
    { user: "shop", database: "shop", declaration: { rights: "owner", extensions: ["pg_trgm"] } },
    { user: "reader", database: "shop", declaration: { rights: "read", extensions: [] } },
    { user: "blog", database: "blog", declaration: { rights: "owner", extensions: [] } },
  ] as const;
  const fewer = asked.slice(0, 1);
  // The passwords stand elsewhere here: this container's root can't be written.
  const sql = (text: string) => text.replaceAll("/run/database/passwords", "/tmp/passwords");
  const scripts = {
    "declared.sql": sql(renderConvergence(asked, { protect: true })),
    "fewer.sql": sql(renderConvergence(fewer, { protect: true })),
    "unprotected.sql": sql(renderConvergence(fewer, { protect: false })),
  };
  const ask = PSQL.map((word) => `'${word.replace("/run/postgresql", "/tmp")}'`).join(" ");
  const script = `umask 077; mkdir /tmp/passwords
    for user in postgres shop reader blog; do printf %s "of-$user" >/tmp/passwords/$user; done
    initdb -D /tmp/data -U postgres --auth=peer >/dev/null
    postgres -D /tmp/data -c listen_addresses= -c unix_socket_directories=/tmp -c log_statement=all 2>/tmp/log &
    until pg_isready -q -h /tmp; do sleep 0.1; done
    converge() { ${ask} <"$1.sql" >&2; }
    list() { ${ask} -c "$1" | paste -sd, -; }
    databases() { list "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"; }
    users() { list "SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1"; }
    dump() { pg_dump -h /tmp -U postgres shop | grep -v restrict; pg_dumpall -h /tmp -U postgres --globals-only --no-role-passwords | grep -v restrict; }
    converge declared; databases; users; dump >/tmp/once
    converge declared; dump >/tmp/twice; diff /tmp/once /tmp/twice && echo same
    converge fewer; databases; users
    converge unprotected; databases
    grep -c "of-" /tmp/log || true`;
  const { output } = inImage(IMAGE, scripts, script);
  expect(output.trim().split("\n")).toEqual([
    "blog,postgres,shop",
    "blog,postgres,reader,shop",
    "same",
    "blog,postgres,shop",
    "postgres,shop",
    "postgres,shop",
    // Lines of the server's log that have a password in them, with every statement logged.
    "0",
  ]);
});
