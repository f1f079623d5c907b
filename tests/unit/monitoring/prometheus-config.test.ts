import fc from "fast-check";
import { parse } from "yaml";
import { renderPrometheus, scrapeJobs } from "../../../components/monitoring/prometheus-config";
import { examplePlatform, routed, scraped } from "./example-platform";

interface PrometheusConfig {
  alerting: { alertmanagers: unknown[] };
  scrape_configs: { job_name: string; file_sd_configs: { files: string[] }[]; relabel_configs?: unknown }[];
}

const configOf = (files: Record<string, string>) => parse(files["prometheus.yml"] ?? "") as PrometheusConfig;

test("a platform's declarations become this configuration", () => {
  expect(renderPrometheus(examplePlatform)["prometheus.yml"]).toMatchSnapshot();
});

test("targets keep the same name whatever address they have", () => {
  const files = renderPrometheus(examplePlatform);
  expect(JSON.parse(files["targets/node-exporter.json"] ?? "")).toEqual([
    { targets: ["172.30.1.1:9100"], labels: { host: "main", instance: "main/node-exporter" } },
    { targets: ["172.30.1.1:9100"], labels: { host: "second", instance: "second/node-exporter" } },
  ]);
});

test("every route is probed through the edge by its own name, and expected to ask for the password where it should", () => {
  const targets = JSON.parse(renderPrometheus(examplePlatform)["targets/edge.probe.json"] ?? "") as unknown;
  expect(targets).toEqual([
    {
      targets: ["https://haproxy:8443/api/v4/system/ping"],
      labels: {
        host: "main",
        instance: "https://chat.example.org:8443",
        service: "chat",
        __param_module: "edge_service",
        __param_hostname: "chat.example.org",
      },
    },
    {
      targets: ["https://haproxy:8443/-/ready"],
      labels: {
        host: "main",
        instance: "https://prometheus.example.org:8443",
        service: "prometheus",
        __param_module: "edge_admins",
        __param_hostname: "prometheus.example.org",
      },
    },
  ]);
});

test("every container of a rolling service is an instance of its own, found by the name that they share", () => {
  const files = renderPrometheus(examplePlatform);
  const job = configOf(files).scrape_configs.find(({ job_name }) => job_name === "web");
  expect(job).toMatchObject({
    dns_sd_configs: [{ names: ["web"], type: "A", port: 8080 }],
    relabel_configs: [
      { target_label: "host", replacement: "main" },
      { source_labels: ["__address__"], target_label: "instance", replacement: "main/web/$1" },
    ],
  });
  expect(files["targets/web.json"]).toBeUndefined();
});

test("without a prober nothing is probed, and without Alertmanager nobody is told", () => {
  const files = renderPrometheus({ ...examplePlatform, scrapes: [scraped("prometheus", 9090)] });
  const config = configOf(files);
  expect(config.scrape_configs.map((job) => job.job_name)).toEqual(["prometheus"]);
  expect(config.alerting.alertmanagers).toEqual([]);
});

test("the order in which services were declared doesn't matter to the jobs of one scrape each", () => {
  const reversed = { ...examplePlatform, scrapes: [...examplePlatform.scrapes].reverse() };
  const jobs = (model: typeof examplePlatform) =>
    configOf(renderPrometheus(model)).scrape_configs.map((job) => job.job_name);
  expect(jobs(reversed)).toEqual(jobs(examplePlatform));
});

test("a service's further scrapes are jobs of their own", () => {
  const jobs = scrapeJobs([
    scraped("database", 5432),
    scraped("database", 9187),
    scraped("database", 9187, { path: "/probe" }),
    scraped("database", 9187, {}, "second"),
  ]);
  expect(jobs.map(({ name, targets }) => [name, targets.map((group) => group.labels["instance"])])).toEqual([
    ["database", ["main/database"]],
    ["database.9187", ["main/database", "second/database"]],
    ["database.9187.2", ["main/database"]],
  ]);
});

const name = fc.constantFrom("a", "a-b", "b", "prometheus", "node-exporter");
const scrapes = fc.array(
  fc
    .record({
      service: name,
      host: fc.constantFrom("main", "second"),
      port: fc.integer({ min: 1, max: 4 }),
      path: fc.constantFrom(undefined, "/metrics", "/other"),
    })
    .map(({ service, host, port, path }) => scraped(service, port, { path }, host)),
);

test("whatever is declared: one name per job, one instance once in a job, a file for each and no target lost", () => {
  fc.assert(
    fc.property(scrapes, (declared) => {
      const jobs = scrapeJobs(declared);
      const names = jobs.map((job) => job.name);
      expect(new Set(names).size).toBe(names.length);
      for (const job of jobs) {
        const instances = job.targets.map((group) => group.labels["instance"]);
        expect(new Set(instances).size).toBe(instances.length);
      }
      for (const { service, target } of declared) {
        const ofService = jobs.filter((job) => job.name === service || job.name.startsWith(`${service}.`));
        expect(ofService.flatMap((job) => job.targets.flatMap((group) => group.targets))).toContain(target);
      }
      const files = renderPrometheus({
        platform: "p",
        scrapes: declared,
        routes: [routed("x", 1, "/", "service")],
        alerts: [],
      });
      for (const job of configOf(files).scrape_configs) {
        expect(Object.keys(files)).toContain(job.file_sd_configs[0]?.files[0]);
      }
    }),
  );
});
