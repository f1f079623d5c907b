/** Prometheus's configuration from what the services of the platform declare. */
import type { RegisteredAlert, RegisteredRoute, RegisteredScrape } from "../core/registered";
import { healthAtEdge, type Scrape } from "../core/spec";
import { EDGE_ADDRESS, PROBE_MODULE } from "./blackbox-config";
import { renderRules } from "./rules";
import { toYaml } from "./yaml";

export interface PrometheusModel {
  readonly platform: string;
  readonly scrapes: readonly RegisteredScrape[];
  readonly routes: readonly RegisteredRoute[];
  readonly alerts: readonly RegisteredAlert[];
}

/** One scrape job: what is scraped in one way, on however many hosts. */
export interface Job {
  readonly name: string;
  readonly scrape: Scrape;
  readonly targets: readonly TargetGroup[];
  /** Targets are names of several containers each. */
  readonly everyReplica: boolean;
}
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The job of the probes through the edge. The dot keeps it apart from service names. */
const PROBE_JOB = "edge.probe";
const BLACKBOX = "blackbox-exporter";
const ALERTMANAGER = "alertmanager";

/** All files of Prometheus by path. Paths inside them are relative, so that a checker sees the same files as the server. */
export function renderPrometheus(model: PrometheusModel): Record<string, string> {
  const jobs = scrapeJobs(model.scrapes);
  const prober = model.scrapes.find(({ service }) => service === BLACKBOX)?.target;
  const probes = prober === undefined ? [] : [probeJob(model.routes)];
  const config = {
    global: {
      scrape_interval: "30s",
      scrape_timeout: "10s",
      evaluation_interval: "30s",
      external_labels: { platform: model.platform },
    },
    rule_files: ["rules/*.yml"],
    alerting: { alertmanagers: alertmanagers(model.scrapes) },
    scrape_configs: [...jobs.map(jobConfig), ...(prober === undefined ? [] : [probeConfig(prober)])],
  };
  return {
    "prometheus.yml": toYaml(config),
    ...Object.fromEntries(
      [...jobs.filter((job) => !job.everyReplica), ...probes].map((job) => [
        targetsFile(job.name),
        renderTargets(job.targets),
      ]),
    ),
    ...renderRules(model.alerts),
  };
}

/**
 * The jobs that follow from the declared scrapes: one per service, named like it; what a service declares beyond its
 * first scrape is a job `<service>.<port>` of its own.
 */
export function scrapeJobs(scrapes: readonly RegisteredScrape[]): Job[] {
  const jobs = new Map<string, { name: string; scrape: Scrape; targets: TargetGroup[]; everyReplica: boolean }>();
  const taken = new Set<string>();
  for (const { service, host, scrape, target, everyReplica } of scrapes) {
    const { port, path, params, interval } = scrape;
    const shape = JSON.stringify([service, port, path, params, interval]);
    const job = jobs.get(shape) ?? { name: freeName(taken, service, port), scrape, targets: [], everyReplica };
    taken.add(job.name);
    jobs.set(shape, job);
    const group = { targets: [target], labels: { host, instance: `${host}/${service}` } };
    if (!job.targets.some((other) => other.labels["instance"] === group.labels.instance)) job.targets.push(group);
  }
  return [...jobs.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function freeName(taken: ReadonlySet<string>, service: string, port: number): string {
  if (!taken.has(service)) return service;
  const base = `${service}.${port}`;
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}.${number}`)) number += 1;
  return `${base}.${number}`;
}

function jobConfig({ name, scrape, targets, everyReplica }: Job) {
  return {
    job_name: name,
    metrics_path: scrape.path ?? "/metrics",
    ...(scrape.interval && { scrape_interval: scrape.interval }),
    ...(scrape.params && { params: scrape.params }),
    ...(everyReplica ? replicaTargets(targets) : { file_sd_configs: fileTargets(name) }),
  };
}

/**
 * Containers of a rolling service come and go under one name: Docker's DNS knows all of them, and each is an instance of
 * its own.
 */
function replicaTargets(groups: readonly TargetGroup[]) {
  const [{ targets: [target = ""] = [], labels = {} } = {}] = groups;
  const [name = "", port] = target.split(":");
  return {
    dns_sd_configs: [{ names: [name], type: "A", port: Number(port), refresh_interval: "10s" }],
    relabel_configs: [
      { target_label: "host", replacement: labels["host"] },
      {
        source_labels: ["__address__"],
        regex: "(.*):.*",
        target_label: "instance",
        replacement: `${labels["instance"]}/$1`,
      },
    ],
  };
}

/** Every route as its users reach it: through the edge, with its own name, on a certificate that verifies. */
function probeJob(routes: readonly RegisteredRoute[]): Job {
  // What refuses the prober by its address, or everybody on purpose, tells nothing about its service.
  const open = routes.filter(({ route }) => route.allow === undefined && !route.maintenance);
  const targets = open.map(({ route, service, host, url }) => ({
    targets: [`${EDGE_ADDRESS}${healthAtEdge(route)}`],
    labels: {
      host,
      instance: url,
      service,
      __param_module: PROBE_MODULE[route.access],
      __param_hostname: new URL(url).hostname,
    },
  }));
  return {
    name: PROBE_JOB,
    scrape: { port: 0 },
    everyReplica: false,
    targets: targets.sort((a, b) => (a.labels.instance < b.labels.instance ? -1 : 1)),
  };
}

function probeConfig(prober: string) {
  return {
    job_name: PROBE_JOB,
    metrics_path: "/probe",
    scrape_interval: "60s",
    scrape_timeout: "15s",
    file_sd_configs: fileTargets(PROBE_JOB),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { target_label: "__address__", replacement: prober },
    ],
  };
}

function alertmanagers(scrapes: readonly RegisteredScrape[]) {
  const targets = scrapes.filter(({ service }) => service === ALERTMANAGER).map(({ target }) => target);
  return targets.length === 0 ? [] : [{ static_configs: [{ targets }] }];
}

function targetsFile(job: string): string {
  return `targets/${job}.json`;
}

/**
 * Prometheus watches the directory that it found first, which a new configuration leaves behind; so it also looks again
 * by itself.
 */
function fileTargets(job: string) {
  return [{ files: [targetsFile(job)], refresh_interval: "15s" }];
}

function renderTargets(targets: readonly TargetGroup[]): string {
  return `${JSON.stringify(targets, null, 2)}\n`;
}
