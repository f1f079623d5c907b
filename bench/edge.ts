/** `npm run bench -- edge`: what the edge costs a request, and what other proxies do with the same job. */
import { execFileSync } from "node:child_process";
import { edgeModel } from "../components/haproxy/model";
import { PORTS } from "../components/haproxy/render";
import { DOMAIN, registered } from "../tests/edge";
import { figure } from "../tests/e2e/harness/figures";
import { AnsweringService } from "../tests/rendered/edge/answering-service";
import { Edge, TestNetwork } from "../tests/rendered/edge/edge";
import { routesLatency } from "../tests/rendered/edge/latency";
import { steadyLoad, throughput, type Throughput } from "./edge/load";
import { Peer, peersImage, type Proxy } from "./edge/peers";

const HOST = `web.${DOMAIN}`;
/** In turns, so that whatever else the machine does meets all. */
const ROUNDS = 5;
const SECONDS = 4;
const RELOADS = 10;

async function main(): Promise<void> {
  await routes();
  const network = new TestNetwork();
  const service = new AnsweringService(network);
  const { backend } = service;
  const edge = new Edge(network, edgeModel([registered("web", {}, { backend })], { domain: DOMAIN, httpsPort: 443 }));
  const image = peersImage();
  const at = { image, host: HOST, backend, certificate: edge.certificate };
  const ours: Proxy = {
    name: "haproxy",
    address: edge.address,
    reload: () => edge.reload(),
    remove: () => edge.remove(),
  };
  const proxies = [ours, new Peer("nginx", network, at), new Peer("caddy", network, at)];
  try {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    compare(network.name, image, backend, proxies);
    for (const proxy of proxies) await reloads(proxy, edge.certificate);
  } finally {
    for (const proxy of proxies) proxy.remove();
    service.remove();
    network.remove();
    execFileSync("docker", ["image", "rm", image], { stdio: "ignore" });
  }
}

async function routes(): Promise<void> {
  const measured = await routesLatency(400);
  figure("edge", "routes_composition_ms", measured.compositionMs, "ms");
  figure("edge", "routes_one_median_ms", measured.oneMs, "ms");
  figure("edge", "routes_many_median_ms", measured.manyMs, "ms");
  figure("edge", "routes_p99_ratio", measured.p99Ratio, "ratio");
  figure("edge", "routes_spread_ratio", measured.spreadRatio, "ratio");
  figure("edge", "routes_latency_ratio", measured.latencyRatio, "ratio");
}

/** Requests per second and p99, as ratios to the service asked directly over plain HTTP; medians of the rounds. */
function compare(network: string, image: string, backend: string, proxies: readonly Proxy[]): void {
  const direct = { name: "direct", url: `http://${HOST}:80/`, address: backend.replace(/:80$/, "") };
  const through = proxies.map(({ name, address }) => ({ name, url: `https://${HOST}:${PORTS.https}/`, address }));
  const all = [direct, ...through].map((target) => ({ ...target, results: [] as Throughput[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { url, address, results } of all) {
      results.push(throughput(network, image, { url, host: HOST, address }, SECONDS));
    }
  }
  const [base, ...others] = all.map(({ name, results }) => ({
    name,
    perSecond: median(results.map(({ perSecond }) => perSecond)),
    p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
  }));
  if (!base) return;
  figure("edge", "direct_requests_per_second", base.perSecond, "1/s");
  for (const { name, perSecond, p99Ms } of others) {
    figure("edge", `${name}_requests_per_second`, perSecond, "1/s");
    figure("edge", `${name}_requests_per_second_ratio`, perSecond / base.perSecond, "ratio");
    figure("edge", `${name}_p99_ratio`, p99Ms / base.p99Ms, "ratio");
  }
}

/** Reloads under load: what fails, counted as in the end-to-end test. */
async function reloads(proxy: Proxy, ca: string): Promise<void> {
  const client = { kept: 6, fresh: 2, pause: 0, path: "/", body: "^ok$" };
  const load = steadyLoad({ address: proxy.address, host: HOST, port: PORTS.https, ca, ...client });
  for (let n = 0; n < RELOADS; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await proxy.reload();
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { sent, failures } = await load.stop();
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  figure("edge", `${proxy.name}_reload_requests`, sent, "count");
  figure("edge", `${proxy.name}_reload_failed_requests`, failed, "count");
}

function median(all: number[]): number {
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
}

void main();
