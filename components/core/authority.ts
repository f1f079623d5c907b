import * as pulumi from "@pulumi/pulumi";
import { onHost, type Command } from "./exec";
import { dockerName } from "./naming";
import type { Platform } from "./platform";
import type { Secret } from "./secrets";
import { madeImage, plainVolume } from "./volumes";

/** The platform's own certificate authority. It signs what the edge shows to browsers, and what servers inside show to services. */
export interface Authority {
  /** Docker's name of the volume with its key and root certificate, for host-scripts/certificate. */
  readonly volume: string;
  readonly made: Command;
  /** Root certificate, PEM. Public, but not known while planning: it reaches a container as a secret does. */
  readonly root: Secret;
}

export function makeAuthority(platform: Platform): Authority {
  const host = platform.mainHost;
  const image = platform.images.resolve("haproxy", host);
  const keys = plainVolume({ platform: platform.name, service: "edge", host, parent: host }, "authority");
  const volume = dockerName(platform.name, "edge", "authority");
  const { content: key, version } = platform.secrets.privateKey("authority");
  const made = onHost(
    "edge-authority-made",
    host,
    ["authority", volume, image.ref, `${platform.name} authority`],
    { stdin: key },
    { parent: host, dependsOn: [keys, ...madeImage(image)] },
  );
  // It only passed through a command that was given a secret.
  return { volume, made, root: { content: pulumi.unsecret(made.stdout), version } };
}
