/** `npm run bench -- edge`: what the edge costs a request, and what other proxies do with the same job. */
import { figure } from "../tests/e2e/harness/figures";
import { routesLatency } from "../tests/rendered/edge/latency";

async function main(): Promise<void> {
  const routes = await routesLatency(400);
  figure("edge", "routes_composition_ms", routes.compositionMs, "ms");
  figure("edge", "routes_one_median_ms", routes.oneMs, "ms");
  figure("edge", "routes_many_median_ms", routes.manyMs, "ms");
  figure("edge", "routes_p99_ratio", routes.p99Ratio, "ratio");
  figure("edge", "routes_spread_ratio", routes.spreadRatio, "ratio");
  figure("edge", "routes_latency_ratio", routes.latencyRatio, "ratio");
}

void main();
