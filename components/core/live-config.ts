import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { onHost, type Command } from "./exec";
import type { Host } from "./host";
import type { ResolvedImage } from "./image";
import type { LiveConfigSpec } from "./spec";
import { packTextFiles } from "./text-files";

/**
 * Gives a running service its configuration: checked by the service's own checker, swapped in one rename, reloaded; on
 * any failure the service keeps what it had and the update fails with the service's words (host-scripts/live).
 *
 * A failed run keeps the old inputs in the state, so the next `up` tries again. A file changed on the host behind our
 * back isn't seen by refresh: `npm run up` compares and heals (cli/repair.ts).
 */
export function liveConfig(
  name: string,
  spec: LiveConfigSpec,
  target: {
    readonly host: Host;
    readonly image: ResolvedImage;
    readonly containerName: string;
    readonly container: docker.Container;
    readonly volume: docker.Volume;
    readonly volumeName: string;
  },
  opts: pulumi.CustomResourceOptions,
): Command {
  const packed = pulumi
    .output(spec.files)
    .apply((files) => packTextFiles(Object.entries(files).map(([path, content]) => ({ path, content }))));
  return onHost(
    name,
    target.host,
    ["live", target.containerName, target.volumeName, target.image.ref, spec.directory, spec.check, spec.reload],
    { stdin: packed },
    pulumi.mergeOptions(opts, { dependsOn: [target.container, target.volume] }),
  );
}
