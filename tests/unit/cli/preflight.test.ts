import type { Facts } from "../../../cli/facts";
import { mayGoOn, planPreflight, renderPreflight } from "../../../cli/preflight";

const GIB = 2 ** 30;
const good: Facts = {
  nodeVersion: "22.3.0",
  system: "linux",
  architecture: "x64",
  distribution: { name: "Debian GNU/Linux 12", debianFamily: true },
  user: { name: "root", root: true },
  memoryBytes: 8 * GIB,
  disk: { path: "/var/lib/docker", freeBytes: 100 * GIB },
  docker: { state: "answers", version: "20.10.24+dfsg1" },
  ports: [
    { port: 80, setting: "httpPort" },
    { port: 443, setting: "httpsPort" },
  ],
  clock: { now: new Date("2026-03-01T12:00:00Z"), lastCommit: new Date("2026-02-01T12:00:00Z") },
};

function finding(what: string, changes: Partial<Facts>) {
  const found = planPreflight({ ...good, ...changes }).find((one) => one.what === what);
  if (!found) throw new Error(`no finding about ${what}`);
  return found;
}

test("a good machine has nothing to mend", () => {
  const findings = planPreflight(good);
  expect(findings.filter(({ level }) => level !== "good")).toEqual([]);
  expect(mayGoOn(findings)).toBe(true);
  expect(renderPreflight(findings)).toMatchSnapshot();
});

const stranger = { name: "ada", root: false };

test.each<[string, string, Partial<Facts>, RegExp, RegExp]>([
  ["an old Node", "Node", { nodeVersion: "20.18.1" }, /20\.18\.1/, /20\.19/],
  ["another system", "machine", { system: "darwin" }, /Debian/, /Linux/],
  ["another processor", "machine", { architecture: "ia32" }, /ia32/, /arm64/],
  ["little memory", "memory", { memoryBytes: GIB }, /1\.0 GiB/, /1\.5 GiB/],
  ["a full disk", "disk", { disk: { path: "/data", freeBytes: GIB } }, /\/data/, /6 GiB/],
  ["no rights", "user", { user: stranger, docker: { state: "forbidden" } }, /ada/, /usermod -aG docker ada/],
  ["Docker that may not be used", "Docker", { user: stranger, docker: { state: "forbidden" } }, /may not/, /user/],
  ["an old Docker", "Docker", { docker: { state: "answers", version: "19.03.15" } }, /19\.03\.15/, /20\.10/],
  [
    "a stopped Docker without root",
    "Docker",
    { user: stranger, docker: { state: "stopped" } },
    /not running/,
    /systemctl/,
  ],
  ["no Docker without root", "Docker", { user: stranger, docker: { state: "missing" } }, /not installed/, /root/],
  [
    "no Docker on another distribution",
    "Docker",
    { docker: { state: "missing" }, distribution: { name: "Other", debianFamily: false } },
    /not installed/,
    /20\.10/,
  ],
  [
    "a process on a port",
    "port 443",
    { ports: [{ port: 443, setting: "httpsPort", holder: { kind: "process", name: "nginx", pid: 42 } }] },
    /nginx \(process 42\)/,
    /oneforall:edge\.httpsPort/,
  ],
  [
    "somebody's container on a port",
    "port 80",
    { ports: [{ port: 80, setting: "httpPort", holder: { kind: "container", name: "web" } }] },
    /container web/,
    /docker stop web/,
  ],
  [
    "a clock before the checkout",
    "clock",
    { clock: { now: new Date("2020-01-01T00:00:00Z"), lastCommit: new Date("2026-02-01T00:00:00Z") } },
    /2020-01-01.*2026-02-01/,
    /timedatectl/,
  ],
])("%s stops, and says what to do", (_, what, changes, found, fix) => {
  const one = finding(what, changes);
  expect(one.level).toBe("bad");
  expect(one.found).toMatch(found);
  expect(one.fix).toMatch(fix);
  expect(mayGoOn(planPreflight({ ...good, ...changes }))).toBe(false);
});

test.each<[string, string, Partial<Facts>]>([
  ["Docker that isn't there yet", "Docker", { docker: { state: "missing" } }],
  ["Docker that doesn't run yet", "Docker", { docker: { state: "stopped" } }],
  ["a user of the docker group", "user", { user: stranger }],
  [
    "our own edge on its port",
    "port 443",
    { ports: [{ port: 443, setting: "httpsPort", holder: { kind: "ours", name: "oneforall-dev-haproxy" } }] },
  ],
])("%s is no hindrance", (_, what, changes) => {
  expect(finding(what, changes).level).toBe("good");
});

test("what is only tight is a warning, and doesn't stop", () => {
  const tight = { memoryBytes: 2 * GIB, clock: { now: good.clock.now, synchronised: false } };
  expect(finding("memory", tight).level).toBe("warning");
  expect(finding("clock", tight).level).toBe("warning");
  expect(mayGoOn(planPreflight({ ...good, ...tight }))).toBe(true);
});
