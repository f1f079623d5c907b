import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { dirname, basename } from "node:path/posix";
import { accessSecrets } from "../databases/access";
import { containerArgs, isRolling, ONLY_AT_CREATION, networksOf, probeCommand, RUN_SECRETS } from "./container";
import { onHost } from "./exec";
import type { Host } from "./host";
import { liveConfig } from "./live-config";
import { dockerName } from "./naming";
import { rollout } from "./rollout";
import type { Platform } from "./platform";
import type { FileSpec, SecretFile, ServiceSpec } from "./spec";
import { packTextFiles } from "./text-files";
import { dataIdentity, dataVolume, fileVolume, madeImage, plainVolume, type MountedVolume } from "./volumes";

export interface ServiceOptions extends pulumi.ComponentResourceOptions {
  /** @default the platform's main host */
  readonly host?: Host;
}

/** How long a new container may take until its own probe passes. */
const GATE_SECONDS = 120;

/**
 * A service of the platform. From its declaration follow its container and volumes, and, through the platform's
 * registries, everything that others compose: routes, certificates, scrape targets, rules, dashboards, backups.
 */
export class Service extends pulumi.ComponentResource {
  /** One, or as many as it has replicas. */
  readonly containers: readonly docker.Container[];
  /** Exists when the service was seen to serve. */
  readonly gate: pulumi.Resource;

  /**
   * @param kind what it is; its name is the same on the main host, and carries the host's name on any other
   */
  constructor(platform: Platform, kind: string, spec: ServiceSpec, opts: ServiceOptions = {}) {
    const { host = platform.mainHost, ...componentOptions } = opts;
    const name = platform.serviceName(kind, host);
    super("oneforall:service:Service", name, {}, pulumi.mergeOptions(componentOptions, { dependsOn: platform.sealed }));
    platform.declare(kind, host, spec);

    const image = platform.images.resolve(spec.image, host);
    const owner = { platform: platform.name, service: name, host, image, parent: this };
    const data = (spec.volumes ?? []).map((volume) =>
      dataVolume(owner, volume, {
        protect: platform.config.protectVolumes,
        word: platform.config.volumes[dockerName(platform.name, name, volume.name)] ?? "keep",
        user: spec.user ?? image.entry.user,
      }),
    );
    const live = spec.liveConfig && plainVolume(owner, "config");
    const mounts = [
      ...data,
      ...(image.entry.shell ? [] : [platform.lentShell(host)]),
      ...fileVolumes(owner, spec.files ?? []),
      ...secretVolume(owner, [...(spec.secrets ?? []), ...accessSecrets(spec.uses ?? [])]),
      ...(spec.shares ?? []).map(({ volume, path, ready, readOnly = true }) => ({
        name: volume,
        path,
        readOnly,
        ready,
      })),
      ...(live && spec.liveConfig
        ? [{ name: live.name, path: spec.liveConfig.directory, readOnly: true, ready: live }]
        : []),
    ];

    const args = containerArgs({
      platform: platform.name,
      service: name,
      spec,
      image,
      networks: Object.fromEntries(networksOf(spec).map((network) => [network, platform.network(network, host).name])),
      mounts,
      identities: Object.fromEntries(
        (spec.volumes ?? []).map((volume) => [volume.path, dataIdentity(platform.name, name, volume.name)]),
      ),
    });
    // Where a service on the host's own network listens is an address of the platform's network.
    const listensOn = spec.hardening?.network === "host" ? [platform.network("monitoring", host)] : [];
    const rolling = isRolling(spec);
    const made = (logicalName: string) =>
      new docker.Container(logicalName, spec.transform?.container?.(args) ?? args, {
        parent: this,
        provider: host.docker,
        dependsOn: platform
          .gatesOf(spec.needs ?? [])
          .apply((gates) => [
            ...gates,
            ...mounts.map((mount) => mount.ready),
            ...(spec.uses ?? []).map((access) => access.ready),
            ...madeImage(image),
            ...listensOn,
            host.prepared,
          ]),
        // With a fixed name or published ports the old one must be gone first. A rolling one comes beside the old one.
        deleteBeforeReplace: !rolling,
        replaceOnChanges: [...ONLY_AT_CREATION],
      });
    const replicas = spec.replicas ?? 1;
    this.containers = rolling
      ? Array.from({ length: replicas }, (_, index) => made(`${name}-${index + 1}`))
      : [made(name)];

    const [first] = this.containers;
    if (!first) throw new Error(`${name} has no container`);
    const configured =
      live &&
      spec.liveConfig &&
      liveConfig(
        `${name}-live-config`,
        spec.liveConfig,
        {
          host,
          image,
          containerName: dockerName(platform.name, name),
          container: first,
          volume: live,
          volumeName: dockerName(platform.name, name, "config"),
        },
        { parent: this },
      );
    const processes = spec.limits.processes ?? 512;
    const probe = probeCommand(spec.health, image.entry);
    const route = spec.routes?.find((declared) => declared.kind === "http");
    this.gate =
      rolling && route
        ? rollout(
            `${name}-rollout`,
            platform,
            {
              host,
              service: name,
              route,
              replicas,
              containers: this.containers,
              probe,
              patienceSeconds: GATE_SECONDS,
              processes,
            },
            { parent: this },
          )
        : onHost(
            `${name}-gate`,
            host,
            ["gate", first.id, String(GATE_SECONDS), String(processes), ...probe],
            {},
            { parent: this, dependsOn: [...this.containers, ...(configured ? [configured] : [])] },
          );
    platform.registerGate(name, this.gate);
    this.registerOutputs({});
  }
}

type Owner = Parameters<typeof fileVolume>[0];

/** One volume per directory that has files. */
function fileVolumes(owner: Owner, files: readonly FileSpec[]): MountedVolume[] {
  const directories = [...new Set(files.map((file) => dirname(file.path)))].sort();
  return directories.map((directory, index) => {
    const inside = files
      .filter((file) => dirname(file.path) === directory)
      .map((file) => ({ path: basename(file.path), content: file.content, mode: file.mode }));
    const thing = directories.length === 1 ? "files" : `files-${index + 1}`;
    return fileVolume(owner, thing, directory, pulumi.output(inside), packTextFiles(inside));
  });
}

/** One volume with all secrets of the service; only its user can read it. */
function secretVolume(owner: Owner, secrets: readonly SecretFile[]): MountedVolume[] {
  if (secrets.length === 0) return [];
  const files = pulumi.all(
    secrets.map(({ name, content }) => content.apply((value) => ({ path: name, content: value, mode: "0400" }))),
  );
  const plan = pulumi
    .all(secrets.map(({ name, version }) => pulumi.interpolate`${name} ${version}`))
    .apply((lines) => lines.sort().join("\n"));
  return [fileVolume(owner, "secrets", RUN_SECRETS, pulumi.secret(files), plan)];
}
