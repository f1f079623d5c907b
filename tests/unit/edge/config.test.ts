import { parseConfig } from "../../../components/core/config";
import { healthAtEdge } from "../../../components/core/spec";
import { registered } from "../../edge";

const problems = (edge: object) => parseConfig({ edge: JSON.stringify(edge) }).problems;

test("a pool, load balancers in front and HTTP/3 can be set", () => {
  const edge = {
    tcpPorts: [2222, 5432],
    proxyProtocolFrom: ["10.0.0.0/8", "fd00::/8"],
    http3: true,
    domains: ["example.org"],
  };
  expect(problems(edge)).toEqual([]);
  expect(parseConfig({}).config?.edge).toMatchObject({
    tcpPorts: [],
    proxyProtocolFrom: [],
    http3: false,
    domains: [],
  });
});

test.each<[object, string]>([
  [{ tcpPorts: [443] }, "oneforall:edge.tcpPorts.0: 443 is the edge's own HTTP or HTTPS port"],
  [{ tcpPorts: [22, 22] }, "oneforall:edge.tcpPorts.1: 22 is in the pool already; give each port once"],
  [
    { tcpPorts: [8443] },
    "oneforall:edge.tcpPorts.0: 8443 is a port that HAProxy itself uses inside its container; give any but 8080, 8443, 8404",
  ],
  [{ tcpPorts: [70000] }, "oneforall:edge.tcpPorts.0: 70000 is not 65535 or less"],
  [
    { proxyProtocolFrom: ["10.0.0.0"] },
    'oneforall:edge.proxyProtocolFrom.0: "10.0.0.0" is not a network; give for example 10.0.0.0/8',
  ],
  [{ domains: ["Example"] }, 'oneforall:edge.domains.0: "Example" is not a domain; give for example example.org'],
])("%j is refused", (edge, problem) => {
  expect(problems(edge)).toEqual([problem]);
});

describe("where people and probes find a route", () => {
  test("its first name that is no wildcard, and its path", () => {
    expect(registered("chat").url).toBe("https://chat.example.test");
    expect(registered("chat", { hosts: ["*.apps", "talk.example.org"], path: "/api" }).url).toBe(
      "https://talk.example.org/api",
    );
  });

  test("its health path as clients ask for it, or a path that leads to it", () => {
    expect(healthAtEdge(registered("a", { health: "/ready" }).route)).toBe("/ready");
    expect(healthAtEdge(registered("a", { health: "/ready", path: "/api", strip: true }).route)).toBe("/api/ready");
    expect(healthAtEdge(registered("a", { health: "/api/ready", path: "/api" }).route)).toBe("/api/ready");
    expect(healthAtEdge(registered("a", { health: "/ready", path: "/api" }).route)).toBe("/api");
  });
});
