/**
 * What 999 other routes cost a request: the same request through an edge with one route and through one with 1,000, in
 * turns, so that whatever else the machine does meets both.
 */
import { Agent } from "node:https";
import type { RegisteredRoute } from "../../../components/core/registered";
import { edgeModel } from "../../../components/haproxy/model";
import { edgeFiles } from "../../../components/haproxy/render";
import { DOMAIN, registered } from "../../edge";
import { AnsweringService } from "./answering-service";
import { Edge, TestNetwork } from "./edge";

const ROUTES = 1000;
/** Requests of one edge before it is the other one's turn. */
const TURN = 20;

const settings = { domain: DOMAIN, httpsPort: 443 };

/** Mostly plain hosts, as on a large platform; some with paths, limits and other people's wildcards. */
function manyRoutes(backend: string): RegisteredRoute[] {
  return Array.from({ length: ROUTES }, (_, index) => {
    const at = { backend };
    if (index % 20 === 1) return registered(`r${index}`, { hosts: [`shared${index % 5}`], path: `/p${index}` }, at);
    if (index % 20 === 2) return registered(`r${index}`, { hosts: [`*.w${index}`] }, at);
    if (index % 20 === 3) return registered(`r${index}`, { rateLimit: { requests: 1000, per: "10s" } }, at);
    return registered(`r${index}`, { access: index % 20 === 4 ? "admins" : "service" }, at);
  });
}

/** Milliseconds of one request after another. */
async function turn(edge: Edge, agent: Agent, hosts: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < TURN; count += 1) {
    const host = hosts[Math.floor(Math.random() * hosts.length)] ?? "";
    const began = performance.now();
    const { status } = await edge.https({ host, agent });
    times.push(performance.now() - began);
    if (status !== 200) throw new Error(`${host} answered ${status}`);
  }
  return times;
}

const median = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
const percentile99 = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length * 0.99)] ?? NaN;

/** Medians in milliseconds, and what they come to. */
export interface RoutesLatency {
  readonly compositionMs: number;
  readonly oneMs: number;
  readonly manyMs: number;
  readonly latencyRatio: number;
  readonly p99Ratio: number;
  /** To another service each time: what a cold connection to it costs is in this one, and in no choice of routes. */
  readonly spreadRatio: number;
}

export async function routesLatency(rounds: number): Promise<RoutesLatency> {
  const network = new TestNetwork();
  const service = new AnsweringService(network);
  const edges: Edge[] = [];
  try {
    const { backend } = service;
    const routes = manyRoutes(backend);
    const began = performance.now();
    edgeFiles(edgeModel(routes, settings), "x\n");
    const compositionMs = performance.now() - began;

    const one = new Edge(network, edgeModel([registered("r0", {}, { backend })], settings));
    const many = new Edge(network, edgeModel(routes, settings));
    edges.push(one, many);
    const plain = routes.filter(({ route }) => !route.hosts && route.access === "service" && !route.rateLimit);
    const hosts = plain.map(({ route }) => `${route.name}.${DOMAIN}`);
    const agents = [0, 1].map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
    const middle = hosts[Math.floor(hosts.length / 2)] ?? "";
    const times = { one: [] as number[], many: [] as number[], spread: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      // The first turns warm up connections and code.
      const keep = round >= rounds / 10;
      const turns = {
        one: await turn(one, agents[0] as Agent, [`r0.${DOMAIN}`]),
        many: await turn(many, agents[1] as Agent, [middle]),
        spread: await turn(many, agents[1] as Agent, hosts),
      };
      if (keep) for (const kind of ["one", "many", "spread"] as const) times[kind].push(...turns[kind]);
    }
    for (const agent of agents) agent.destroy();
    const [oneMs, manyMs] = [median(times.one), median(times.many)];
    const p99Ratio = percentile99(times.many) / percentile99(times.one);
    const spreadRatio = median(times.spread) / oneMs;
    return { compositionMs, oneMs, manyMs, latencyRatio: manyMs / oneMs, p99Ratio, spreadRatio };
  } finally {
    for (const edge of edges) edge.remove();
    service.remove();
    network.remove();
  }
}
