/** Random routes and random requests: the real HAProxy finds what the documentation says. */
import * as fc from "fast-check";
import { Agent } from "node:https";
import { edgeModel } from "../../../components/haproxy/model";
import { DOMAIN } from "../../edge";
import { expected, someCase } from "../../edge-matching";
import { Edge, TestNetwork } from "./edge";
import { Servers, type Seen } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

const MOST_ROUTES = 16;
const settings = { domain: DOMAIN, httpsPort: 443 };
let network: TestNetwork;
let servers: Servers;
let addresses: string[];
let edge: Edge;

beforeAll(async () => {
  network = new TestNetwork();
  servers = new Servers(network.gateway);
  addresses = await Promise.all(Array.from({ length: MOST_ROUTES }, (_, index) => servers.echoServer(`be_r${index}`)));
  edge = new Edge(network, edgeModel([], settings));
});

afterAll(async () => {
  edge.remove();
  await servers.close();
  network.remove();
});

test("every request reaches the route that is its own", async () => {
  const served = { asked: 0, routed: 0 };
  await fc.assert(
    fc.asyncProperty(someCase(MOST_ROUTES, 60), async ({ routes: declared, requests }) => {
      const routes = declared.map((route, index) => ({ ...route, backend: addresses[index] ?? "" }));
      edge.load(edgeModel(routes, settings));
      const agent = new Agent({ keepAlive: true, maxSockets: 4 });
      const answers = await Promise.all(requests.map((request) => edge.https({ ...request, agent })));
      agent.destroy();
      const reached = answers.map(({ status, body }) => (status === 200 ? (JSON.parse(body) as Seen).server : "none"));
      served.asked += reached.length;
      served.routed += reached.filter((server) => server !== "none").length;
      expect(requests.map((request, index) => [request, reached[index]])).toEqual(
        requests.map((request) => [request, expected(routes, request)]),
      );
    }),
    // Each round is a reload; the unit test has hundreds.
    { numRuns: 10 },
  );
  expect(served.asked).toBeGreaterThanOrEqual(600);
  // Not all of one kind, or nothing was compared.
  expect(served.routed).toBeGreaterThan(served.asked / 4);
  expect(served.routed).toBeLessThan(served.asked * 0.9);
});
