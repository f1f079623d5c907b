import * as fc from "fast-check";
import { http, passthrough, tcp, type HttpRoute, type Route, type ServiceSpec } from "../../../components/core/spec";
import { validateRoutes } from "../../../components/core/validate-routes";
import type { DeclaredService } from "../../../components/core/validate";
import { everyOption, everyStream } from "../../edge-examples";

const settings = {
  domain: "example.test",
  hosts: [{ name: "main" }, { name: "second" }],
  edge: { domains: ["example.org"], tcpPorts: [2222, 2223] },
};

function service(name: string, routes: readonly Route[], spec: Partial<ServiceSpec> = {}): DeclaredService {
  const base: ServiceSpec = {
    description: name,
    image: name,
    health: { command: ["true"] },
    limits: { memory: "64MiB" },
    routes,
  };
  return { name, kind: name, host: "main", spec: { ...base, ...spec } };
}

const web = (name: string, options: Partial<HttpRoute> = {}) =>
  http(name, { port: 80, health: "/", access: "service", ...options });
/** One service `a` with one route `x`. */
const one = (options: Partial<HttpRoute>) => [service("a", [web("x", options)])];
/** A declaration that TypeScript would refuse; a spread or a cast gets past it. */
const spread = <R extends Route>(route: R, more: object): R => ({ ...route, ...more });

const mistakes: [kind: string, services: DeclaredService[], problem: string][] = [
  [
    "a service on another host",
    [{ ...service("a", [web("x")]), host: "second" }],
    "a: route x: its service runs on the host second, and the edge reaches what runs on main only; move it there, or drop the route",
  ],
  [
    "a name used twice",
    [service("a", [web("x")]), service("b", [web("x")])],
    'the route name "x" is claimed by a (route x) and b (route x); rename one of them',
  ],
  [
    "the same host twice",
    [service("a", [web("x", { hosts: ["chat"] })]), service("b", [web("chat")])],
    'the address "chat.example.test" is claimed by a (route x) and b (route chat); give one of them another host or path',
  ],
  [
    "the same host and path twice, once as a whole name",
    [
      service("a", [web("x", { hosts: ["chat"], path: "/api" })]),
      service("b", [web("y", { hosts: ["chat.example.test"], path: "/api" })]),
    ],
    'the address "chat.example.test/api" is claimed by a (route x) and b (route y); give one of them another host or path',
  ],
  [
    "the same wildcard twice",
    [service("a", [web("x", { hosts: ["*.apps"] })]), service("b", [web("y", { hosts: ["*.apps"] })])],
    'the address "*.apps.example.test" is claimed by a (route x) and b (route y); give one of them another host or path',
  ],
  [
    "a TCP port taken twice",
    [service("a", [tcp("x", { port: 22, listen: 2222 })]), service("b", [tcp("y", { port: 22, listen: 2222 })])],
    "the TCP port 2222 is claimed by a (route x) and b (route y); give one of them another of the pool",
  ],
  [
    "a TLS name passed on twice",
    [service("a", [passthrough("x", { port: 443 })]), service("b", [passthrough("y", { port: 443, hosts: ["x"] })])],
    'the TLS name "x.example.test" is claimed by a (route x) and b (route y); give one of them another host',
  ],
  [
    "TLS passed on under a name that has an HTTP route",
    [service("a", [passthrough("x", { port: 443, hosts: ["chat"] })]), service("b", [web("chat")])],
    'a: route x passes on all TLS for "chat.example.test", which hides route chat of b; give one of them another host',
  ],
  [
    "a wildcard of passed-on TLS that hides an HTTP route",
    [
      service("a", [passthrough("x", { port: 443, hosts: ["*.apps"] })]),
      service("b", [web("y", { hosts: ["y.apps.example.test"] })]),
    ],
    'a: route x passes on all TLS for "y.apps.example.test", which hides route y of b; give one of them another host',
  ],
  [
    "a port outside the pool",
    [service("a", [tcp("x", { port: 22, listen: 22 })])],
    "a: route x: listen 22 is not in the pool edge.tcpPorts, which has 2222, 2223; take one of it, or add 22 to it",
  ],
  [
    "a name that is no label",
    [service("a", [web("Not_A_Label")])],
    'a: route Not_A_Label: its name "Not_A_Label" is not a host label; give lower-case letters, digits and dashes',
  ],
  [
    "a name that the edge has taken",
    [service("a", [web("none")])],
    "a: route none: its name is one that the edge uses itself (acme, http, https, metrics, none, tls); rename it, and name its host in hosts",
  ],
  ["a port that is none", one({ port: 0 }), "a: route x: port 0 is not a port; give 1 to 65535"],
  [
    "a port to listen on that is none",
    [service("a", [tcp("x", { port: 22, listen: 70000 })])],
    "a: route x: listen 70000 is not a port; give 1 to 65535",
  ],
  [
    "a port on which the service doesn't answer its health check",
    [service("a", [web("x", { port: 81, health: "/ready" })], { health: { http: { port: 80, path: "/ready" } } })],
    "a: route x: port 81: the service's own health check asks /ready on port 80; give that port, or the path that answers on 81",
  ],
  [
    "a service on the host's network",
    [service("a", [web("x")], { hardening: { network: "host", because: "it must" } })],
    "a: route x: its service is on the host's network, where the edge doesn't find it; drop hardening.network or the route",
  ],
  [
    "a name outside the platform's domains",
    one({ hosts: ["chat.example.com"] }),
    'a: route x: host "chat.example.com" is outside the platform\'s domains (example.test, example.org); name it below one of them, or add its domain to edge.domains',
  ],
  [
    "a domain that only ends alike",
    one({ hosts: ["notexample.org"] }),
    'a: route x: host "notexample.org" is outside the platform\'s domains (example.test, example.org); name it below one of them, or add its domain to edge.domains',
  ],
  [
    "the platform's own name",
    one({ hosts: ["example.test"] }),
    'a: route x: host "example.test" is the platform\'s own name, where its start page is; give a name below it',
  ],
  [
    "a host that is none",
    one({ hosts: ["Chat Room"] }),
    'a: route x: host "Chat Room" is not a host name; give lower-case labels, and a * only as the whole first one',
  ],
  [
    "a * in the middle",
    one({ hosts: ["a.*.example.test"] }),
    'a: route x: host "a.*.example.test" is not a host name; give lower-case labels, and a * only as the whole first one',
  ],
  ["no host", one({ hosts: [] }), "a: route x: hosts is empty; name at least one, or leave it out"],
  [
    "a bad path",
    one({ path: "/api/" }),
    'a: route x: path "/api/" is not a path prefix; give for example /api, without an end slash, dots or escapes',
  ],
  [
    "a path that leads out of itself",
    one({ path: "/api/../admin" }),
    'a: route x: path "/api/../admin" is not a path prefix; give for example /api, without an end slash, dots or escapes',
  ],
  [
    "a path under a wildcard",
    one({ hosts: ["*.apps"], path: "/api" }),
    'a: route x: path /api under the wildcard "*.apps" is not possible; name the hosts, or route the wildcard without a path',
  ],
  ["nothing to strip", one({ strip: true }), "a: route x: strip has nothing to strip; give a path, or remove it"],
  [
    "a health check that is no path",
    one({ health: "ready" }),
    'a: route x: health "ready" is not a path; begin it with / and write anything unusual as %XX',
  ],
  [
    "a health check with a line break",
    one({ health: "/\n    server evil 1.2.3.4:80" }),
    'a: route x: health "/\\n    server evil 1.2.3.4:80" is not a path; begin it with / and write anything unusual as %XX',
  ],
  [
    "a bad network",
    one({ allow: ["10.0.0.0/33"] }),
    'a: route x: allow "10.0.0.0/33" is not a network; give for example 10.0.0.0/8',
  ],
  [
    "no network at all",
    one({ allow: [] }),
    "a: route x: allow is empty, which refuses everybody; name networks, or leave it out",
  ],
  [
    "users without access by them",
    one({ users: [{ name: "u", secret: "p" }] }),
    "a: route x: users are asked for only with access users, and it is service; change one of them",
  ],
  [
    "access by users without any",
    one({ access: "users" }),
    "a: route x: access is users, but there are none; give users",
  ],
  [
    "a user whose name would be configuration",
    one({ access: "users", users: [{ name: "u insecure-password x", secret: "p" }] }),
    'a: route x: user "u insecure-password x" is not a user name; give letters, digits and . _ @ -',
  ],
  [
    "a secret that is no name",
    one({ access: "users", users: [{ name: "u", secret: "pass word" }] }),
    'a: route x: user u: "pass word" is not the name of a secret; give letters and digits, for example statusPassword',
  ],
  [
    "a user twice",
    one({
      access: "users",
      users: [
        { name: "u", secret: "p" },
        { name: "u", secret: "q" },
      ],
    }),
    'a: route x: user "u" is there twice; remove one',
  ],
  ["no size", one({ maxBody: "0MiB" }), 'a: route x: maxBody "0MiB" is not a size above zero; give for example 10MiB'],
  [
    "no rate",
    one({ rateLimit: { requests: 0, per: "1m" } }),
    "a: route x: rateLimit.requests 0 is not a number of requests; give 1 or more",
  ],
  [
    "a rate per no time",
    one({ rateLimit: { requests: 10, per: "0s" } }),
    'a: route x: rateLimit.per "0s" is not a duration above zero; give for example 30s, 5m or 1h',
  ],
  [
    "a time-out of nothing",
    one({ tunnelTimeout: "0h" }),
    'a: route x: tunnelTimeout "0h" is not a duration above zero; give for example 30s, 5m or 1h',
  ],
  [
    "a redirect to no URL",
    one({ redirect: "elsewhere" }),
    'a: route x: redirect "elsewhere" is not a URL; give for example https://new.example.org',
  ],
  [
    "a redirect to itself",
    one({ redirect: "https://x.example.test/new" }),
    'a: route x: redirect "https://x.example.test/new" leads back to the route itself; name another host',
  ],
  [
    "maintenance of a redirect",
    one({ maintenance: true, redirect: "https://new.example.org" }),
    "a: route x: maintenance and redirect exclude each other; remove one",
  ],
  [
    "a header that breaks the line",
    one({ responseHeaders: { "X-A": "b\r\nSet-Cookie: c=d" } }),
    'a: route x: response header X-A: "b\\r\\nSet-Cookie: c=d" has a line break or a letter that headers can\'t have; give printable ASCII',
  ],
  [
    "a header's name that is none",
    one({ responseHeaders: { "X A": "b" } }),
    'a: route x: response header "X A" is not a header name; give letters, digits and dashes',
  ],
  [
    "a header that is the edge's",
    one({ responseHeaders: { "Content-Length": "5" } }),
    "a: route x: response header Content-Length is the edge's own; remove it",
  ],
  [
    "sticky sessions over TCP",
    [service("a", [spread(tcp("x", { port: 22, listen: 2222 }), { sticky: true })])],
    "a: route x: sticky is not for a route of kind tcp, which has allow, idleTimeout, kind, listen, name, port, sendProxy; remove it",
  ],
  [
    "a path of TLS that nobody reads",
    [service("a", [spread(passthrough("x", { port: 443 }), { path: "/api" })])],
    "a: route x: path is not for a route of kind passthrough, which has allow, hosts, kind, name, port, sendProxy; remove it",
  ],
  [
    "something to strip from TLS that nobody reads",
    [service("a", [spread(passthrough("x", { port: 443 }), { strip: true })])],
    "a: route x: strip is not for a route of kind passthrough, which has allow, hosts, kind, name, port, sendProxy; remove it",
  ],
];

test.each(mistakes)("%s", (_, services, problem) => {
  expect(validateRoutes(services, settings)).toEqual([problem]);
});

test("an empty pool says so", () => {
  const routes = [tcp("x", { port: 22, listen: 2222 })];
  const none = { ...settings, edge: { ...settings.edge, tcpPorts: [] } };
  expect(validateRoutes([service("a", routes)], none)).toEqual([
    "a: route x: listen 2222 is not in the pool edge.tcpPorts, which is empty; take one of it, or add 2222 to it",
  ]);
});

test("all mistakes are told together", () => {
  const all = mistakes.flatMap(([, services], index) =>
    services.map((declared) => ({ ...declared, name: `${declared.name}${index}` })),
  );
  const told = validateRoutes(all, settings);
  expect(mistakes.length).toBeGreaterThanOrEqual(20);
  expect(told.length).toBeGreaterThanOrEqual(mistakes.length);
});

test("every option used rightly is no mistake", () => {
  const routes = [...everyOption, ...everyStream].map(({ service: name, route }) => service(name, [route]));
  expect(validateRoutes(routes, settings)).toEqual([]);
});

test("no text of a route gets a line or a word of its own into the configuration", () => {
  // Whatever validation lets through must be one line of printable letters.
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const fields = { health: `/${text}`, path: `/${text}`, redirect: `https://a.example.org/${text}`, hosts: [text] };
      for (const [field, value] of Object.entries(fields)) {
        if (validateRoutes(one({ [field]: value }), settings).length > 0) continue;
        expect([field, String(value)]).toEqual([field, expect.stringMatching(/^[!-~]+$/)]);
        expect(String(value)).not.toMatch(/["'\\#]|\$\{/);
      }
    }),
  );
});
