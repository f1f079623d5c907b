import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../core/errors";
import { onHost, type Command } from "../core/exec";
import { dockerName } from "../core/naming";
import type { Platform } from "../core/platform";
import type { Secret } from "../core/secrets";
import { madeImage, plainVolume } from "../core/volumes";
import { RELOAD, RELOAD_IF_SERVING } from "./places";
import { providedPem, validateProvided } from "./provided-certificate";
import { neededSecrets, type TlsConfig } from "./tls-config";

/** Config secrets by their key. */
export type TlsSecrets = Readonly<Record<string, Secret>>;

export interface EdgeCertificates {
  readonly names: pulumi.Output<string[]>;
  /** Where the edge reads `edge.pem`. */
  readonly volume: pulumi.Output<string>;
  /** The edge can start: a certificate is in the volume. */
  readonly issued: Command;
  /** Root certificate of the platform's own authority, PEM. */
  readonly authority: pulumi.Output<string>;
}

/** The secrets that the way to have certificates needs; a missing one is refused before anything is made. */
export function tlsSecrets(tls: TlsConfig, given: (key: string) => Secret | undefined): TlsSecrets {
  const found = neededSecrets(tls).map((key) => [key, given(key)] as const);
  const missing = found.flatMap(([key, secret]) => (secret ? [] : [key]));
  if (missing.length > 0) {
    const how = (key: string) =>
      `oneforall:${key} is missing; edge.tls.mode ${tls.mode} needs it: pulumi config set --secret oneforall:${key} <FILE`;
    refuse("The edge's certificate can't be had", missing.map(how));
  }
  return Object.fromEntries(found.flatMap(([key, secret]) => (secret ? [[key, secret]] : [])));
}

/** The platform's authority and the edge's certificate, both issued on the host: no certificate depends on when a plan was made. */
export function edgeCertificates(
  platform: Platform,
  names: pulumi.Output<string[]>,
  secrets: TlsSecrets,
): EdgeCertificates {
  const host = platform.mainHost;
  const image = platform.images.resolve("haproxy", host);
  const volume = plainVolume({ platform: platform.name, service: "edge", host, parent: host }, "certificates");
  const volumeName = dockerName(platform.name, "edge", "certificates");
  const { mode } = platform.config.edge.tls;
  const container = dockerName(platform.name, "haproxy");
  const authority = platform.authority;
  const issued =
    mode === "provided"
      ? onHost(
          "edge-certificate-issued",
          host,
          ["provided-certificate", volumeName, image.ref, image.entry.user, container, RELOAD],
          { stdin: pulumi.secret(checkedPem(names, secrets)) },
          { parent: host, dependsOn: [volume, ...madeImage(image)] },
        )
      : onHost(
          "edge-certificate-issued",
          host,
          [
            "certificate",
            authority.volume,
            volumeName,
            image.ref,
            image.entry.user,
            "edge.pem",
            container,
            RELOAD_IF_SERVING,
            // Until the ACME client has one, the edge starts with a certificate of ours.
            ...(mode === "acme" ? ["acme"] : []),
          ],
          { stdin: names.apply((all) => all.map((name) => `${name}\n`).join("")) },
          { parent: host, dependsOn: [authority.made, volume] },
        );
  return { names, volume: volume.name, issued, authority: authority.root.content };
}

function checkedPem(names: pulumi.Output<string[]>, secrets: TlsSecrets): pulumi.Output<string> {
  return pulumi
    .all([names, secrets["tlsCertificate"]?.content ?? "", secrets["tlsKey"]?.content ?? ""])
    .apply(([all, certificate, key]) => {
      const problems = validateProvided({ certificate, key }, all, new Date());
      if (problems.length > 0) refuse("The provided certificate can't serve", problems);
      return providedPem({ certificate, key });
    });
}
