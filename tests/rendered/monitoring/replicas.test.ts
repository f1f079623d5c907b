/** A real Prometheus that finds every container of a rolling service by the one name that they share in Docker's DNS. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderPrometheus } from "../../../components/monitoring/prometheus-config";
import { image } from "../../images";
import { scraped } from "../../unit/monitoring/example-platform";

const network = `oneforall-test-replicas-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "replicas-"));
const containers: string[] = [];

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
}
function start(...args: string[]): string {
  const id = docker("run", "-d", "--network", network, "--label", "io.oneforall.test=monitoring", ...args);
  containers.push(id);
  return id;
}

afterAll(() => {
  for (const id of containers) docker("rm", "-fv", id);
  docker("network", "rm", network);
  rmSync(folder, { recursive: true });
});

test("two containers with one name are two instances", async () => {
  docker("network", "create", "--label", "io.oneforall.test=monitoring", network);
  // Any program with metrics will do.
  for (let n = 0; n < 2; n += 1) start("--network-alias", "web", image("blackbox-exporter"));
  const web = { ...scraped("web", 9115, { interval: "1s" }), everyReplica: true };
  const files = renderPrometheus({ platform: "test", scrapes: [web], routes: [], alerts: [] });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content.replace("scrape_timeout: 10s", "scrape_timeout: 1s"));
  }
  chmodSync(folder, 0o755);
  const options = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/tmp/data"];
  const prometheus = start("-v", `${folder}:/etc/prometheus:ro`, image("prometheus"), ...options);
  const query = "http://127.0.0.1:9090/api/v1/query?query=up";
  let found: string[] = [];
  for (let attempt = 0; attempt < 60 && found.length < 2; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    try {
      const said = docker("exec", prometheus, "wget", "-q", "-O", "-", query);
      interface Said {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      }
      const { data } = JSON.parse(said) as Said; // Prometheus's API
      found = data.result.filter(({ value }) => value[1] === "1").map(({ metric }) => metric["instance"] ?? "");
    } catch {
      // It is just starting.
    }
  }
  expect(found.sort()).toEqual([
    expect.stringMatching(/^main\/web\/[\d.]+$/),
    expect.stringMatching(/^main\/web\/[\d.]+$/),
  ]);
  expect(new Set(found).size).toBe(2);
}, 60_000);
