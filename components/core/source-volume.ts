import * as docker from "@pulumi/docker";
import { join } from "node:path";
import { refuse } from "./errors";
import { onDeployer } from "./exec";
import type { Host } from "./host";
import type { ImageName } from "./image";
import { dockerLabels } from "./naming";
import type { Platform } from "./platform";
import type { Overlay, Sending } from "./send-source";
import type { ServiceSpec } from "./spec";
import { sourceId, sourceProblem, type Source } from "./source";
import { contentHash } from "./text-files";
import { madeImage } from "./volumes";

const PROJECT = join(__dirname, "..", "..");

/**
 * Files from the machine that deploys, of any size and kind, as a volume for `shares`. Other files are a new volume
 * under a new name, so that a running container keeps what it started with. The state knows them only by a hash.
 */
export function sourceVolume(
  platform: Platform,
  at: { readonly service: string; readonly host: Host; readonly image: ImageName },
  source: Source,
  path: string,
  overlay: Overlay,
): NonNullable<ServiceSpec["shares"]>[number] {
  const { service, host } = at;
  const problem = sourceProblem(source, PROJECT);
  if (problem) refuse(`The files of ${service} can't be had`, [problem]);
  const id = sourceId(source, PROJECT);
  const image = platform.images.resolve(at.image, host);
  const logical = `${service}-source`;
  const made = new docker.Volume(
    logical,
    {
      labels: dockerLabels(platform.name, {
        service,
        volume: "source",
        content: contentHash(`${id} ${JSON.stringify(overlay)}`),
      }),
    },
    // No name: Docker makes one that was never used before. The label is what triggers the replacement.
    { parent: host, provider: host.docker, deleteBeforeReplace: false },
  );
  const sending: Sending = {
    source,
    id,
    platform: platform.name,
    image: image.ref,
    owner: image.entry.user,
    overlay,
  };
  const ready = onDeployer(
    `${logical}-filled`,
    ["node", "--import", "tsx", "components/core/send-source.ts", JSON.stringify(sending)],
    {
      environment: {
        VOLUME: made.name,
        ...(host.connection === "local" ? {} : { DOCKER_HOST: host.docker.host.apply((address) => address ?? "") }),
      },
    },
    {
      parent: host,
      provider: host.commands,
      dependsOn: [host.prepared, ...madeImage(image)],
      customTimeouts: { create: "30m", update: "30m" },
    },
  );
  return { volume: made.name, path, ready };
}
