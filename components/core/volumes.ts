import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { onHost } from "./exec";
import type { Host } from "./host";
import type { ResolvedImage } from "./image";
import { dockerLabels, dockerName } from "./naming";
import type { VolumeSpec } from "./spec";
import { contentHash, packTextFiles, type TextFile } from "./text-files";

interface Owner {
  readonly platform: string;
  readonly service: string;
  readonly host: Host;
  readonly image: ResolvedImage;
  readonly parent: pulumi.Resource;
}

/** A volume that is ready to be mounted once `ready` exists. */
export interface MountedVolume {
  readonly name: pulumi.Input<string>;
  readonly path: string;
  readonly readOnly: boolean;
  readonly ready: pulumi.Resource;
}

/** Whose data a volume holds: what its marker says. */
export function dataIdentity(platform: string, service: string, volume: string): string {
  return `${platform}/${service}/${volume}`;
}

/** A volume with data: named, kept when the platform is destroyed, and marked so that nobody starts on the wrong or an empty one. */
export function dataVolume(
  owner: Owner,
  spec: VolumeSpec,
  settings: { readonly protect: boolean; readonly word: "keep" | "initialise" | "adopt"; readonly user: string },
): MountedVolume {
  const { platform, service, host } = owner;
  const logical = `${service}-${spec.name}`;
  const name = dockerName(platform, service, spec.name);
  const made = new docker.Volume(
    logical,
    { name, labels: dockerLabels(platform, { service, volume: spec.name }) },
    {
      parent: owner.parent,
      provider: host.docker,
      retainOnDelete: true,
      protect: settings.protect,
      // Any change of these would delete the volume and its data.
      ignoreChanges: ["labels", "driver", "driverOpts"],
    },
  );
  const ready = onHost(
    `${logical}-identity`,
    host,
    [
      "volume",
      name,
      owner.image.ref,
      spec.path,
      dataIdentity(platform, service, spec.name),
      settings.word,
      settings.user,
    ],
    {},
    {
      parent: owner.parent,
      dependsOn: [made, ...madeImage(owner.image)],
      // Its words name the image, which changes at every upgrade; the check is for the first start of a volume.
      ignoreChanges: settings.word === "keep" ? ["create"] : [],
    },
  );
  return { name, path: spec.path, readOnly: false, ready };
}

/**
 * A volume of files, replaced by a new one under a new name when a file changes, so that the running container keeps
 * what it started with until it is replaced itself.
 * @param plan what the content is, without secret values: a change of it replaces the volume
 */
export function fileVolume(
  owner: Owner,
  thing: string,
  directory: string,
  files: pulumi.Output<readonly TextFile[]>,
  plan: pulumi.Input<string>,
): MountedVolume {
  const { platform, service, host } = owner;
  const logical = `${service}-${thing}`;
  const labels = pulumi
    .output(plan)
    .apply((text) => dockerLabels(platform, { service, volume: thing, content: contentHash(text) }));
  const made = new docker.Volume(
    logical,
    // No name: Docker makes one that was never used before. The label is what triggers the replacement.
    { labels },
    { parent: owner.parent, provider: host.docker, deleteBeforeReplace: false },
  );
  const filled = onHost(
    `${logical}-filled`,
    host,
    ["files", made.name, owner.image.ref, owner.image.entry.user],
    { stdin: files.apply(packTextFiles) },
    {
      parent: owner.parent,
      dependsOn: madeImage(owner.image),
    },
  );
  return { name: made.name, path: directory, readOnly: true, ready: filled };
}

/** An empty volume of the platform that holds nothing worth keeping: it can be filled again at any time. */
export function plainVolume(owner: Omit<Owner, "image">, thing: string): docker.Volume {
  const { platform, service, host } = owner;
  return new docker.Volume(
    `${service}-${thing}`,
    { name: dockerName(platform, service, thing), labels: dockerLabels(platform, { service, volume: thing }) },
    { parent: owner.parent, provider: host.docker, ignoreChanges: ["labels"] },
  );
}

/** Where a container whose image has no shell finds the lent one. */
export const LENT_SHELL = "/oneforall";

/** A static busybox for containers whose image has no shell: it guards their data and probes their health. */
export function lentShell(owner: Omit<Owner, "service">): MountedVolume {
  const { platform, host, image } = owner;
  const logical = `lent-shell-${host.hostName}`;
  const made = new docker.Volume(
    logical,
    { labels: dockerLabels(platform, { volume: "lent-shell", content: contentHash(image.ref) }) },
    { parent: owner.parent, provider: host.docker, deleteBeforeReplace: false },
  );
  const filled = onHost(
    `${logical}-filled`,
    host,
    ["lend-shell", made.name, image.ref],
    {},
    { parent: owner.parent, dependsOn: madeImage(image) },
  );
  return { name: made.name, path: LENT_SHELL, readOnly: true, ready: filled };
}

export function madeImage(image: ResolvedImage): pulumi.Resource[] {
  return image.made ? [image.made] : [];
}
