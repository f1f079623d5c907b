import * as pulumi from "@pulumi/pulumi";
import { onHost } from "../core/exec";
import { dockerName } from "../core/naming";
import type { Platform } from "../core/platform";
import { madeImage, plainVolume } from "../core/volumes";
import { RELOAD } from "./render";

/** The platform's authority and the edge's certificate, both issued on the host: no certificate depends on when a plan was made. */
export function platformCertificates(platform: Platform, names: pulumi.Output<string[]>) {
  const host = platform.mainHost;
  const image = platform.images.resolve("haproxy", host);
  const owner = { platform: platform.name, service: "edge", host, image, parent: host };
  const [keys, volume] = [plainVolume(owner, "authority"), plainVolume(owner, "certificates")];
  const made = onHost(
    "edge-authority-made",
    host,
    ["authority", dockerName(platform.name, "edge", "authority"), image.ref, `${platform.name} authority`],
    { stdin: platform.secrets.privateKey("authority").content },
    { parent: host, dependsOn: [keys, ...madeImage(image)] },
  );
  const issued = onHost(
    "edge-certificate-issued",
    host,
    [
      "certificate",
      dockerName(platform.name, "edge", "authority"),
      dockerName(platform.name, "edge", "certificates"),
      image.ref,
      image.entry.user,
      dockerName(platform.name, "haproxy"),
      RELOAD,
    ],
    { stdin: names.apply((all) => all.map((name) => `${name}\n`).join("")) },
    { parent: host, dependsOn: [made, volume] },
  );
  // A certificate is public; it only passed through a command that was given a secret.
  return { volume: volume.name, issued, authority: pulumi.unsecret(made.stdout) };
}
