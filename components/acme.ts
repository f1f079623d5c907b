import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "./core/errors";
import { onHost } from "./core/exec";
import { dockerName } from "./core/naming";
import type { Platform } from "./core/platform";
import { Service } from "./core/service";
import { scrape, volume } from "./core/spec";
import type { EdgeCertificates, TlsSecrets } from "./haproxy/certificates";
import { PORTS } from "./haproxy/places";
import { directoryUrl, type AcmeConfig } from "./haproxy/tls-config";
import { acmeAlerts } from "./monitoring/acme-alerts";

export interface AcmeArgs {
  readonly config: AcmeConfig;
  readonly secrets: TlsSecrets;
  /** What the edge has, and for which names. */
  readonly certificates: EdgeCertificates;
}

const METRICS_PORT = 8403;
/** An order with its challenges takes seconds; a DNS provider's propagation may take minutes. */
const PATIENCE_SECONDS = 300;

/**
 * The ACME client: has the edge's certificate issued and renewed, and writes it where HAProxy reads it. It has no other
 * power over the edge; HAProxy itself notices the new file (haproxy/tls-files.ts).
 */
export class Acme extends Service {
  constructor(platform: Platform, { config, secrets, certificates }: AcmeArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = certificates.names.apply((names) => acmeSettings(config, names));
    const file = (name: string, key: string) => {
      const secret = secrets[key];
      return secret ? [{ name, ...secret }] : [];
    };
    super(
      platform,
      "acme",
      {
        description: "Has the edge's certificate issued and renewed",
        image: "certbot",
        // The account, the certificate and its key: what would otherwise be ordered anew.
        volumes: [volume("data", "/var/lib/acme", { backup: "files" })],
        shares: [{ volume: certificates.volume, path: "/certificates", ready: certificates.issued, readOnly: false }],
        secrets: [...file("eab-key", "acmeEabKey"), ...file("dns-credentials", "acmeDnsCredentials")],
        liveConfig: {
          directory: "/etc/acme",
          files: settings.apply((text) => ({ "settings.json": text })),
          check: 'acme check "$NEW/settings.json"',
          // It looks every two seconds.
          reload: "true",
        },
        // HAProxy brings the challenges there.
        joins: ["edge"],
        health: { http: { port: METRICS_PORT, path: "/metrics" } },
        metrics: [scrape(METRICS_PORT)],
        alerts: acmeAlerts,
        limits: { memory: "256MiB" },
      },
      opts,
    );
    onHost(
      "edge-certificate-asked",
      platform.mainHost,
      ["acme-outcome", dockerName(platform.name, "acme"), String(PATIENCE_SECONDS)],
      { stdin: settings },
      // Challenges are answered through the edge.
      { parent: this, dependsOn: platform.gatesOf(["haproxy", "acme"]) },
    );
  }
}

/** The settings file of the image `certbot`. Pure. */
export function acmeSettings(config: AcmeConfig, names: readonly string[]): string {
  const { directory, email, challenge, dnsProvider, eabKeyId, caCertificate } = config;
  const wildcards = names.filter((name) => name.startsWith("*."));
  if (challenge === "http-01" && wildcards.length > 0) {
    refuse("The edge's certificate can't be had", [
      `${wildcards.join(", ")}: an ACME server gives a certificate for a wildcard only by dns-01; set edge.tls.challenge to dns-01`,
    ]);
  }
  // Where the client tries the way of a challenge before it orders.
  const edge = `http://haproxy:${PORTS.http}`;
  const account = { directory: directoryUrl(directory), email, eabKeyId, caCertificate };
  const settings = { ...account, challenge, dnsProvider, edge, names };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}
