import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { entryOf } from "../../images/recipe";
import { makeAuthority, type Authority } from "./authority";
import type { GivenSecrets, PlatformConfig } from "./config";
import { isRolling, type NetworkName } from "./container";
import { refuse } from "./errors";
import { Host } from "./host";
import { Images, type ImageName } from "./image";
import { dockerLabels, dockerName } from "./naming";
import type {
  RegisteredService,
  RegisteredRoute,
  RegisteredStream,
  RegisteredScrape,
  RegisteredAlert,
  RegisteredDashboard,
  RegisteredBackup,
  LeftOut,
  ServiceSummary,
} from "./registered";
import { Registry } from "./registry";
import { Secrets, type Secret } from "./secrets";
import { routeUrl, type ServiceSpec } from "./spec";
import { validateServices, type DeclaredService } from "./validate";
import { lentShell, plainVolume, type MountedVolume } from "./volumes";

/** In this order their addresses are given: a new one comes last, so that no other moves. */
const NETWORKS: readonly NetworkName[] = ["edge", "monitoring", "postgres", "mysql", "redis"];

/** The one context that every service is given: hosts, images, names, secrets, and what all services said so far. */
export class Platform {
  /** Prefix of every Docker name, and the value of the platform label. */
  readonly name: string;
  readonly hosts: readonly Host[];
  readonly images: Images;
  readonly secrets: Secrets;

  readonly services = new Registry<RegisteredService>("services");
  readonly routes = new Registry<RegisteredRoute>("routes");
  readonly streams = new Registry<RegisteredStream>("streams");
  readonly metrics = new Registry<RegisteredScrape>("metrics");
  readonly alerts = new Registry<RegisteredAlert>("alerts");
  readonly dashboards = new Registry<RegisteredDashboard>("dashboards");
  readonly backups = new Registry<RegisteredBackup>("backups");
  readonly leftOut = new Registry<LeftOut>("services left out");

  /**
   * Every component waits for this before it is registered: an error anywhere in the program then leaves everything as
   * it was. (Without it, what was made before the error would already be on its way to the engine; tried.)
   */
  readonly sealed: Promise<pulumi.Resource[]>;
  private letGo: (nothing: pulumi.Resource[]) => void = () => undefined;
  private readonly declared: DeclaredService[] = [];
  private readonly declaredRoutes: RegisteredRoute[] = [];
  private backends?: docker.Volume;
  private madeAuthority?: Authority;
  private readonly collections: { seal(): void }[] = [];
  private readonly lentShells = new Map<Host, MountedVolume>();
  private readonly networks = new Map<string, docker.Network>();
  private readonly ready = new Registry<{ readonly service: string; readonly gate: pulumi.Resource }>("gates");

  constructor(
    stack: string,
    readonly config: PlatformConfig,
    readonly given: GivenSecrets,
  ) {
    this.name = `oneforall-${stack}`;
    this.sealed = new Promise((resolve) => (this.letGo = resolve));
    const afterSeal = { dependsOn: this.sealed };
    const commands = new command.Provider("commands", {}, afterSeal);
    const randoms = new random.Provider("randoms", {}, afterSeal);
    this.hosts = config.hosts.map(
      (host) =>
        new Host(this.name, host, { monitoringGateway: this.subnet("monitoring").gateway, commands }, afterSeal),
    );
    this.images = new Images(config, commands);
    this.secrets = new Secrets(stack, config.secretVersions, { commands, randoms }, given);
  }

  /** Where a service runs unless it says otherwise. */
  get mainHost(): Host {
    return this.hosts[0] as Host; // the configuration has at least one
  }

  /** Public address of a route. An empty name is the platform's own. */
  url(routeName: string): string {
    const { domain, edge } = this.config;
    const host = routeName === "" ? domain : `${routeName}.${domain}`;
    return `https://${host}${edge.httpsPort === 443 ? "" : `:${edge.httpsPort}`}`;
  }

  /** A secret that is the same as long as the platform's data lives. */
  secret(name: string): Secret {
    return this.secrets.password(name);
  }

  /** A registry of a component's own, complete when the platform is sealed. */
  collect<T>(what: string): Registry<T> {
    const registry = new Registry<T>(what);
    this.collections.push(registry);
    return registry;
  }

  /** One of the platform's networks on a host, made on first use. */
  network(name: NetworkName, host: Host): docker.Network {
    const key = `${host.hostName}-${name}`;
    let network = this.networks.get(key);
    if (!network) {
      network = new docker.Network(
        `network-${key}`,
        {
          name: dockerName(this.name, name),
          driver: "bridge",
          internal: name !== "edge" && name !== "monitoring" ? true : undefined,
          ipamConfigs: [this.subnet(name)],
          labels: dockerLabels(this.name),
        },
        // Any change of a network replaces every container on it; a label is never worth that.
        { parent: host, provider: host.docker, ignoreChanges: ["labels"], deleteBeforeReplace: true },
      );
      this.networks.set(key, network);
    }
    return network;
  }

  /** Makes a service when its image can be had. What is left out, it or a part of it, is said visibly everywhere, with why. */
  offer(image: ImageName, title: string, make: () => void): void {
    const reason = this.images.whyUnavailable(image);
    const missing = reason === undefined ? this.images.lacks(image) : { title, reason };
    if (reason === undefined) make();
    if (!missing) return;
    this.leftOut.add(title, missing);
    void pulumi.log.warn(`${missing.title} is left out: ${missing.reason}`);
  }

  /** The name of a service: its kind, with the host's name where the host isn't the main one. */
  serviceName(kind: string, host: Host): string {
    return host === this.mainHost ? kind : `${kind}-${host.hostName}`;
  }

  /** Called by Service: what it says about itself, entered where others read it. */
  declare(kind: string, host: Host, spec: ServiceSpec): void {
    const name = this.serviceName(kind, host);
    const at = { service: name, host: host.hostName };
    // Rules and dashboards speak of a kind on all hosts; the first one brings them.
    const firstOfItsKind = !this.declared.some((other) => other.kind === kind && other.host !== host.hostName);
    this.declared.push({ name, kind, host: host.hostName, spec });
    const { description, passwordOutput } = spec;
    const version = this.images.version(spec.image);
    this.services.add(name, { name, host: host.hostName, description, version, passwordOutput });
    for (const route of spec.routes ?? []) {
      const backend = `${name}:${route.port}`;
      if (route.kind !== "http") {
        this.streams.add(name, { service: name, route, backend });
        continue;
      }
      // Asked for now, so that the sealing knows that it is read.
      for (const user of route.users ?? []) this.secret(user.secret);
      const registered = {
        ...at,
        route,
        backend,
        url: routeUrl(route, this.config.domain, this.config.edge.httpsPort),
        rolling: isRolling(spec),
        replicas: spec.replicas ?? 1,
      };
      this.declaredRoutes.push(registered);
      this.routes.add(name, registered);
    }
    for (const scrape of spec.metrics ?? []) {
      this.metrics.add(name, {
        ...at,
        service: kind,
        scrape,
        target: `${scrape.address ?? name}:${scrape.port}`,
        everyReplica: isRolling(spec),
      });
    }
    if (firstOfItsKind) {
      for (const alert of spec.alerts ?? []) this.alerts.add(name, { service: name, alert });
      for (const dashboard of spec.dashboards ?? []) this.dashboards.add(name, { service: name, dashboard });
    }
    for (const volume of spec.volumes ?? []) this.backups.add(name, { ...at, volume });
  }

  /** What signs the certificates of the platform, made on first use. */
  get authority(): Authority {
    return (this.madeAuthority ??= makeAuthority(this));
  }

  /** The volume with one file for each rolling service, from which the edge knows its containers. */
  backendsVolume(): docker.Volume {
    const host = this.mainHost;
    this.backends ??= plainVolume({ platform: this.name, service: "edge", host, parent: host }, "backends");
    return this.backends;
  }

  /** What the edge knows of a route that was declared. */
  registeredRoute(service: string, route: string): RegisteredRoute {
    const found = this.declaredRoutes.find((other) => other.service === service && other.route.name === route);
    if (!found) throw new Error(`${service} has no route ${route}`);
    return found;
  }

  /** The shell that images without one are lent on a host, made on first use. */
  lentShell(host: Host): MountedVolume {
    let shell = this.lentShells.get(host);
    if (!shell) {
      const image = this.images.resolve("busybox", host);
      shell = lentShell({ platform: this.name, host, image, parent: host });
      this.lentShells.set(host, shell);
    }
    return shell;
  }

  /** Called by Service: its gate, for those that need it. */
  registerGate(service: string, gate: pulumi.Resource): void {
    this.ready.add(service, { service, gate });
  }

  /** The gates of services that may be made later. */
  gatesOf(services: readonly string[]): pulumi.Output<pulumi.Resource[]> {
    return this.ready.all.apply((all) =>
      all.filter(({ service }) => services.includes(service)).map(({ gate }) => gate),
    );
  }

  /**
   * Ends the declarations: checks them against each other, and lets everything composed from all of them go ahead.
   * Nothing was sent to the engine until now, so a refusal leaves everything as it was.
   */
  seal(): void {
    const problems = [
      ...validateServices(this.declared, (image) => entryOf(image), this.config),
      ...this.given.problems(),
    ];
    if (problems.length > 0) refuse("The services don't fit together", problems);
    for (const registry of [this.services, this.routes, this.streams, this.metrics, this.alerts]) registry.seal();
    for (const registry of [this.dashboards, this.backups, this.leftOut, this.ready]) registry.seal();
    for (const registry of this.collections) registry.seal();
    this.letGo([]);
  }

  /** Every service in plain words, for people. */
  summary(): pulumi.Output<ServiceSummary[]> {
    return pulumi.all([this.services.all, this.routes.all]).apply(([services, routes]) =>
      services.map(({ name, host, description, passwordOutput }) => {
        const route = routes.find(({ service }) => service === name);
        return {
          name,
          host,
          title: route?.route.title ?? name,
          description,
          url: route?.url,
          access: route?.route.access,
          passwordOutput: route?.route.access === "admins" ? this.adminPassword : passwordOutput,
        };
      }),
    );
  }

  /** Stack output with the password of admin pages; none where people sign on. */
  private get adminPassword(): string | undefined {
    return this.config.edge.signOn ? undefined : "adminPassword";
  }

  /** The first passwords of all services, by the name of their stack output. */
  passwords(): Record<string, pulumi.Output<string>> {
    const names = new Set(this.declared.flatMap(({ spec }) => spec.passwordOutput ?? []));
    return Object.fromEntries([...names].sort().map((name) => [name, this.secret(name).content]));
  }

  /** Addresses of one of the platform's networks. */
  subnet(name: NetworkName): { subnet: string; gateway: string } {
    const prefix = this.config.networkPool.replace(/\.0\.0\/16$/, "");
    const index = NETWORKS.indexOf(name);
    return { subnet: `${prefix}.${index}.0/24`, gateway: `${prefix}.${index}.1` };
  }
}
