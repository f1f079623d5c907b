import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { builtBefore, imageTag, loadCatalogue, type CatalogueEntry, type FromPackages } from "../../images/recipe";
import type { PlatformConfig } from "./config";
import { onDeployer } from "./exec";
import type { Host } from "./host";

/** A name in images/images.json. */
export type ImageName = string;

/** An image that a service can use: a reference that is known while previewing, and what must exist before its container. */
export interface ResolvedImage {
  /** By digest, or by a tag that is the hash of its recipe. */
  readonly ref: string;
  readonly entry: CatalogueEntry;
  readonly made?: pulumi.Resource;
}

type Source = Pick<PlatformConfig, "imageSource" | "mirror">;

/**
 * How one image is had. As the configuration says, but for one case: what upstream offers without a digest that we know
 * is built from packages instead of being pulled by a mere tag.
 */
function sourceOf(entry: CatalogueEntry, { imageSource }: Source): PlatformConfig["imageSource"] {
  return imageSource === "pull" && !digestOf(entry) && !("unavailable" in entry.packages) ? "packages" : imageSource;
}

/**
 * Why an image can't be had from the configured source, with the way out; nothing when it can. Pure, so that it is said
 * while previewing.
 */
export function whyUnavailable(name: ImageName, source: Source, catalogue = loadCatalogue()): string | undefined {
  const entry = catalogue[name];
  if (!entry) return `images/images.json has no image "${name}"; there are: ${Object.keys(catalogue).join(", ")}`;
  const unbuildable = "unavailable" in entry.packages ? entry.packages.unavailable : undefined;
  const { name: repository, tag } = entry.upstream;
  const undigested =
    `${repository}:${tag} has no digest in images/images.json, and nothing is pulled by a tag alone; ` +
    `write its digest there (docker buildx imagetools inspect ${repository}:${tag})`;
  switch (sourceOf(entry, source)) {
    case "packages":
      return unbuildable;
    case "bundle":
      return digestOf(entry) || !unbuildable ? undefined : undigested;
    default:
      return digestOf(entry) ? undefined : undigested;
  }
}

/** The recipe of an image that its source builds; nothing for one that is upstream's. */
function builtFrom(entry: CatalogueEntry, source: Source): FromPackages | undefined {
  return sourceOf(entry, source) === "packages" && "version" in entry.packages ? entry.packages : undefined;
}

/** The version of the program in an image as its source gives it, for people: `3.0.11`. */
export function imageVersion(name: ImageName, source: Source, catalogue = loadCatalogue()): string {
  const entry = catalogue[name];
  if (!entry) throw new Error(`images/images.json has no image "${name}"`);
  const built = builtFrom(entry, source);
  const full = built ? (built.release ?? built.version) : entry.upstream.tag;
  // Neither Debian's revision nor the v of tags says anything to people.
  return /^v?(\d+(?:\.\d+)*)/.exec(full)?.[1] ?? full;
}

/** The reference under which the source gives an image: known while planning, and never one that can move. */
export function imageReference(name: ImageName, source: Source, catalogue = loadCatalogue()): string {
  const entry = catalogue[name];
  if (!entry) throw new Error(`images/images.json has no image "${name}"`);
  const { name: repository, tag } = entry.upstream;
  const digest = digestOf(entry);
  switch (sourceOf(entry, source)) {
    case "packages":
      return imageTag(name, catalogue);
    case "bundle":
      // An image that was loaded from an archive has no digest for Docker; its tag carries it.
      return digest
        ? `oneforall/${name}:${digest.slice("sha256:".length, "sha256:".length + 12)}`
        : imageTag(name, catalogue);
    case "mirror":
      return `${source.mirror}/${repository}:${tag}@${digest}`;
    case "pull":
      return `${repository}:${tag}@${digest}`;
  }
}

function digestOf(entry: CatalogueEntry): string | undefined {
  return entry.upstream.digest?.["index"] ?? entry.upstream.digest?.["linux/amd64"];
}

/** Leaves an image that another platform on the same host still uses. */
const REMOVE_IMAGE = [
  'docker image inspect "$0" >/dev/null 2>&1 || exit 0',
  '[ -z "$(docker ps -aq --filter "ancestor=$0")" ] || exit 0',
  'docker image rm "$0" >/dev/null',
].join("; ");

/** Makes images available on hosts, each once per host. */
export class Images {
  private readonly catalogue = loadCatalogue();
  private readonly made = new Map<string, pulumi.Resource | undefined>();

  constructor(
    private readonly source: Source,
    private readonly commands: pulumi.ProviderResource,
  ) {}

  whyUnavailable(name: ImageName): string | undefined {
    return whyUnavailable(name, this.source, this.catalogue);
  }

  /** What an image as its source gives it lacks of upstream's, and why. */
  lacks(name: ImageName): FromPackages["lacks"] {
    const entry = this.catalogue[name];
    return entry && builtFrom(entry, this.source)?.lacks;
  }

  /** The version of the program in an image, for people. */
  version(name: ImageName): string {
    return imageVersion(name, this.source, this.catalogue);
  }

  resolve(name: ImageName, host: Host): ResolvedImage {
    const unavailable = this.whyUnavailable(name);
    const entry = this.catalogue[name];
    if (unavailable || !entry) throw new pulumi.RunError(`the image ${name} can't be had: ${unavailable}`);
    return { ref: imageReference(name, this.source, this.catalogue), entry, made: this.make(name, host) };
  }

  private make(name: ImageName, host: Host): pulumi.Resource | undefined {
    const key = `${host.hostName}/${name}`;
    if (!this.made.has(key)) {
      this.made.set(key, this.makeOnce(name, host));
    }
    return this.made.get(key);
  }

  private makeOnce(name: ImageName, host: Host): pulumi.Resource | undefined {
    const entry = this.catalogue[name];
    switch (entry && sourceOf(entry, this.source)) {
      case "packages":
        return this.buildOnce(name, host);
      case "bundle":
        return undefined; // a release's set-up has loaded it
      default:
        return this.pull(name, host);
    }
  }

  private pull(name: ImageName, host: Host): pulumi.Resource {
    return new docker.RemoteImage(
      `image-${host.hostName}-${name}`,
      { name: imageReference(name, this.source, this.catalogue), keepLocally: true },
      { parent: host, provider: host.docker, deleteBeforeReplace: false },
    );
  }

  /** What an image is built with is built too, whatever its own source would be. */
  private buildOnce(name: ImageName, host: Host): pulumi.Resource {
    const key = `${host.hostName}/${name} built`;
    const made = this.made.get(key) ?? this.build(name, host);
    this.made.set(key, made);
    return made;
  }

  /** Builds on the host's own daemon. The old image goes when nothing uses it any more: at the end of the same `up`. */
  private build(name: ImageName, host: Host): pulumi.Resource {
    const tag = imageTag(name, this.catalogue);
    const before = builtBefore(name, this.catalogue).map((other) => this.buildOnce(other, host));
    return onDeployer(
      `image-${host.hostName}-${name}`,
      ["node", "--import", "tsx", "images/build.ts", name],
      {
        triggers: [tag],
        undo: ["sh", "-c", REMOVE_IMAGE, tag],
        environment:
          host.connection === "local" ? undefined : { DOCKER_HOST: host.docker.host.apply((at) => at ?? "") },
      },
      {
        parent: host,
        provider: this.commands,
        dependsOn: [host.prepared, ...before.filter((made) => made !== undefined)],
        deleteBeforeReplace: false,
        // A cold machine builds for minutes, one image after the other.
        customTimeouts: { create: "45m" },
      },
    );
  }
}
