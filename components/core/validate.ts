/** What can be wrong between services. Pure, over everything that was declared, before any resource is made. */
import type { CatalogueEntry } from "../../images/recipe";
import { validateAlerts } from "../monitoring/rules";
import { isRolling } from "./container";
import type { ImageName } from "./image";
import { NAME_PATTERN } from "./naming";
import type { ServiceSpec } from "./spec";
import { validateRoutes, type RouteSettings } from "./validate-routes";

export interface DeclaredService {
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly spec: ServiceSpec;
}

/** Every problem in words: whose, which value, what would be right. */
export function validateServices(
  services: readonly DeclaredService[],
  image: (name: ImageName) => CatalogueEntry,
  settings: RouteSettings,
): string[] {
  return [
    ...duplicates(services, "service name", ({ name }) => [name]),
    ...duplicates(services, "alert", ({ spec }) => (spec.alerts ?? []).map((alert) => alert.name), "kind"),
    ...duplicates(services, "dashboard", ({ spec }) => (spec.dashboards ?? []).map(({ uid }) => uid), "kind"),
    ...duplicates(services, "published port", ({ host, spec }) =>
      (spec.publish ?? []).map((port) => `${port.host}/${port.protocol ?? "tcp"} on host ${host}`),
    ),
    ...services.flatMap((service) => validateOne(service, services, image(service.spec.image))),
    ...validateRoutes(services, settings),
    ...cycles(services),
  ];
}

function validateOne(
  { name, host, spec }: DeclaredService,
  all: readonly DeclaredService[],
  image: CatalogueEntry,
): string[] {
  const problems: string[] = [];
  if (!NAME_PATTERN.test(name)) {
    problems.push(`${JSON.stringify(name)} is not a service name; give lower-case letters, digits and dashes`);
  }
  for (const need of spec.needs ?? []) {
    if (!all.some((other) => other.name === need)) {
      const names = all.map((other) => other.name).join(", ");
      problems.push(`${name} needs ${JSON.stringify(need)}, which is no service here; there are: ${names}`);
    }
  }
  for (const access of (spec.uses ?? []).filter((access) => access.onHost !== host)) {
    problems.push(
      `${name} on host ${host} uses the database ${access.database} of ${access.host}, whose network is on host ${access.onHost} only; run both on one host`,
    );
  }
  problems.push(...validateAlerts(spec.alerts ?? []).map((problem) => `${name}: ${problem}`));
  const paths = [...(spec.volumes ?? []).map((v) => v.path), ...(spec.liveConfig ? [spec.liveConfig.directory] : [])];
  for (const file of spec.files ?? []) {
    if (!/^\/.+\/[^/]+$/.test(file.path))
      problems.push(`${name}: file ${file.path} is not an absolute path below a directory`);
  }
  for (const path of paths.filter((path, index) => paths.indexOf(path) !== index)) {
    problems.push(`${name}: two volumes at ${path}; give each a path of its own`);
  }
  if (spec.liveConfig && !image.shell) {
    problems.push(
      `${name}: its image ${spec.image} has no shell, which a live configuration needs; use a variant with /bin/sh, or \`files\``,
    );
  }
  const writable = [...paths, ...Object.keys(spec.tmpfs ?? {})];
  for (const path of image.volumes.filter((path) => !writable.includes(path))) {
    problems.push(
      `${name}: its image keeps data at ${path}; declare a volume (or tmpfs) there, or Docker makes a nameless one`,
    );
  }
  if (spec.replicas !== undefined && !(Number.isInteger(spec.replicas) && spec.replicas >= 1)) {
    problems.push(`${name}: replicas ${spec.replicas} is not a number of containers; give 1 or more`);
  }
  if ((spec.replicas ?? 1) > 1 && !isRolling(spec)) {
    problems.push(
      `${name}: ${spec.replicas} replicas, but only a service with one HTTP route and without data, published ports and live configuration can have more than one`,
    );
  }
  if (spec.hostPaths?.length && !spec.hardening) {
    problems.push(`${name}: it sees directories of the host; say why in hardening.because`);
  }
  if (spec.hardening && spec.hardening.because.trim() === "") {
    problems.push(`${name}: hardening.because is empty; say why the exception is needed`);
  }
  return problems;
}

/** The same value declared by two services (or twice by one). With `kind`, services of one kind on several hosts share it. */
function duplicates(
  services: readonly DeclaredService[],
  what: string,
  valuesOf: (service: DeclaredService) => readonly string[],
  scope: "service" | "kind" = "service",
): string[] {
  const owners = new Map<string, string[]>();
  for (const service of services) {
    for (const value of valuesOf(service)) {
      owners.set(value, [...(owners.get(value) ?? []), scope === "kind" ? service.kind : service.name]);
    }
  }
  return [...owners]
    .map(([value, names]) => [value, scope === "kind" ? [...new Set(names)] : names] as const)
    .filter(([, names]) => names.length > 1)
    .map(
      ([value, names]) => `${what} ${JSON.stringify(value)} is declared by ${names.join(" and ")}; rename one of them`,
    );
}

/** Services that wait for each other, as the path that leads back. */
function cycles(services: readonly DeclaredService[]): string[] {
  const needs = new Map(services.map(({ name, spec }) => [name, spec.needs ?? []]));
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      found.push(
        `services wait for each other: ${[...path.slice(path.indexOf(name)), name].join(" needs ")}; remove one of these needs`,
      );
      return;
    }
    if (done.has(name)) return;
    for (const next of needs.get(name) ?? []) walk(next, [...path, name]);
    done.add(name);
  };
  for (const { name } of services) walk(name, []);
  return found;
}
