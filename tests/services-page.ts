/** docs/services.md, written from what the services declare. Pure. */
import { isRolling, networksOf } from "../components/core/container";
import { hostNames, type ServiceSpec } from "../components/core/spec";
import type { Catalogue } from "../images/recipe";

export interface Declared {
  readonly kind: string;
  readonly spec: ServiceSpec;
}

const HEAD = `# Services

Written from the services' own declarations by \`tests/unit/docs.test.ts\`, which fails when this page is out of date. To write it
again: \`UPDATE_DOCS=1 npx jest tests/unit/docs.test.ts\`.

Shown are all services: as with \`imageSource\` \`pull\`, with \`edge.tls.mode\` \`acme\`, which adds the service \`acme\`, with a server of
each kind of \`databases\` at its defaults, and with one site of \`cms.sites\` and one of \`cms.drupal\`. A route's name stands for
\`<name>.<domain>\`. Alerts are told to whoever is configured ([operations.md](operations.md)).
`;

export function servicesPage(services: readonly Declared[], catalogue: Catalogue): string {
  return `${[HEAD, ...services.map((service) => section(service, catalogue))].join("\n")}`;
}

/** Every deviation from the hardening defaults, for docs/security.md. */
export function exceptionsList(services: readonly Declared[]): string {
  return services
    .filter(({ spec }) => spec.hardening)
    .map(({ kind, spec }) => `- **${kind}** ${exceptions(spec).join("; ")}.`)
    .join("\n");
}

function section({ kind, spec }: Declared, catalogue: Catalogue): string {
  return [
    `## ${kind}\n`,
    `${spec.description}.\n`,
    ...facts(spec, catalogue).map(([name, value]) => `- ${name}: ${value}`),
    ...listOf("Exceptions from the hardening defaults", exceptions(spec)),
    ...listOf("Alerts", (spec.alerts ?? []).map(alertLine)),
    "",
  ].join("\n");
}

function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, "", ...lines.map((line) => `- ${line}`)];
}

function facts(spec: ServiceSpec, catalogue: Catalogue): [string, string][] {
  const found: [string, string | undefined][] = [
    ["image", image(spec, catalogue)],
    ["user", code(spec.user ?? catalogue[spec.image]?.user ?? "")],
    ["routes", joined(spec.routes, route)],
    ["reached on networks", joined(networksOf(spec), code) ?? "none; it shares the host's"],
    [
      "ports of the host",
      joined(spec.publish, (port) => code(`${port.host}/${port.protocol ?? "tcp"} to ${port.container}`)),
    ],
    [
      "data",
      joined(spec.volumes, (volume) => `${code(volume.name)} at ${code(volume.path)}, ${backup(volume.backup)}`),
    ],
    ["configuration", spec.liveConfig && "live: checked, swapped and reloaded without a new container"],
    ["update", isRolling(spec) ? "rolling: beside the old container" : "the old container stops first"],
    ["waits for", joined(spec.needs, code)],
    ["memory", `at most ${spec.limits.memory}, no swap`],
    ["time to end", spec.stopGrace ?? "30s"],
    ["metrics", joined(spec.metrics, (scrape) => code(`:${scrape.port}${scrape.path ?? "/metrics"}`))],
    ["dashboards", joined(spec.dashboards, ({ title, panels }) => `${title} (${panels.length} panels)`)],
    ["first password", spec.passwordOutput && `stack output ${code(spec.passwordOutput)}, user \`admin\``],
  ];
  return found.filter((fact): fact is [string, string] => fact[1] !== undefined);
}

function image(spec: ServiceSpec, catalogue: Catalogue): string {
  const entry = catalogue[spec.image];
  if (!entry) throw new Error(`${spec.image} is not in images/images.json`);
  const { name, tag, digest } = entry.upstream;
  const upstream = `${code(`${name}:${tag}`)}${digest ? "" : " (no digest known, so never pulled)"}`;
  return `${upstream}; from packages: ${"unavailable" in entry.packages ? "not to be had" : code(entry.packages.version)}`;
}

function route(one: NonNullable<ServiceSpec["routes"]>[number]): string {
  if (one.kind === "tcp") return `TCP port ${one.listen}`;
  const names = hostNames(one, "<domain>").map((name) => code(name.replace(".<domain>", "")));
  const path = one.kind === "http" ? (one.path ?? "") : "";
  const access = one.kind === "http" ? ACCESS[one.access] : "TLS is passed through";
  return `${names.join(" and ")}${path && ` below ${code(path)}`} to port ${one.port}, ${access}`;
}

const ACCESS = {
  admins: "for admins (the edge asks for the platform's admin password)",
  users: "for its own users (the edge asks for a password)",
  service: "open at the edge, the service asks for a log-in itself",
} as const;

function backup(method: string): string {
  return method === "none" ? "not backed up on purpose" : `backup method ${code(method)}`;
}

function exceptions({ hardening, hostPaths }: ServiceSpec): string[] {
  if (!hardening) return [];
  const { capabilities = [], devices = [], network, pid, readOnlyRoot, because } = hardening;
  return [
    ...capabilities.map((name) => `keeps the capability ${code(name)}`),
    ...devices.map((name) => `reads the device ${code(name)}`),
    ...(network ? ["shares the host's network"] : []),
    ...(pid ? ["shares the host's process ids"] : []),
    ...(readOnlyRoot === false ? ["its root is writable"] : []),
    ...(hostPaths ?? []).map(({ host, readOnly = true }) => `sees ${code(host)}${readOnly ? " (read-only)" : ""}`),
    `why: ${because}`,
  ];
}

function alertLine({ name, severity, for: hold, summary, action }: NonNullable<ServiceSpec["alerts"]>[number]): string {
  return `**${name}** (${severity}, after ${hold}): ${plain(summary)}. _${plain(action)}_`;
}

/** Prometheus templates as a person reads them: `{{ $labels.host }}` is `<host>`. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/\{\{\s*\$labels\.(\w+)[^}]*\}\}/g, "`<$1>`")
    .replace(/\{\{[^}]*\}\}/g, "`<value>`");
}

function code(text: string): string {
  return `\`${text}\``;
}

function joined<T>(items: readonly T[] | undefined, show: (item: T) => string): string | undefined {
  return items && items.length > 0 ? items.map(show).join("; ") : undefined;
}
