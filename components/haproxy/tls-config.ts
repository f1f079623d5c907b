/** The `edge.tls` part of the stack's configuration: where the edge's certificate comes from. See docs/tls.md. */
import { z } from "zod";

/** Directories that have a name here; anything else is an https URL. */
const DIRECTORIES: Readonly<Record<string, string>> = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/** What the image `certbot` has a plugin for. */
export const DNS_PROVIDERS = ["cloudflare", "desec", "infomaniak", "rfc2136", "route53"] as const;

const acme = z
  .strictObject({
    mode: z.literal("acme"),
    /** The trial comes first: its certificates prove the way, browsers don't trust them, and mistakes cost nothing. */
    directory: z
      .string()
      .regex(
        /^(letsencrypt|letsencrypt-staging|https:\/\/[^\s/]+\/\S*)$/,
        "is not an ACME directory; give letsencrypt-staging, letsencrypt or an https URL",
      )
      .default("letsencrypt-staging"),
    /** Where the certificate authority writes to when something is wrong. */
    email: z.email("is not an e-mail address"),
    /** That you have read the directory's terms of service and accept them. */
    acceptTerms: z.literal(true),
    challenge: z.enum(["http-01", "dns-01"]).default("http-01"),
    /** Who serves the zone, for dns-01; the secret acmeDnsCredentials opens it. */
    dnsProvider: z.enum(DNS_PROVIDERS).optional(),
    /** Id of an external account that the authority gave you; the secret acmeEabKey is its key. */
    eabKeyId: z.string().min(1).optional(),
    /** Certificate (PEM) of a private ACME server's authority. */
    caCertificate: z.string().includes("-----BEGIN CERTIFICATE-----", "is not a certificate in PEM").optional(),
  })
  .superRefine((settings, context) => {
    if ((settings.challenge === "dns-01") === (settings.dnsProvider !== undefined)) return;
    const message =
      settings.challenge === "dns-01"
        ? `is needed for the challenge dns-01; give one of ${DNS_PROVIDERS.join(", ")}`
        : "is only of use with the challenge dns-01; set challenge to dns-01, or leave it out";
    // Told at the challenge: a missing value has no place of its own to be told at.
    const path = settings.dnsProvider === undefined ? ["challenge"] : ["dnsProvider"];
    context.addIssue({
      code: "custom",
      path,
      message: path[0] === "challenge" ? `is chosen, but dnsProvider ${message}` : message,
    });
  });

export const tlsConfig = z.discriminatedUnion(
  "mode",
  [z.strictObject({ mode: z.literal("internal") }), acme, z.strictObject({ mode: z.literal("provided") })],
  { error: "is not a way to have certificates; give internal, acme or provided as its mode" },
);

export type TlsConfig = z.output<typeof tlsConfig>;
export type AcmeConfig = Extract<TlsConfig, { mode: "acme" }>;

export function directoryUrl(directory: string): string {
  return DIRECTORIES[directory] ?? directory;
}

/** What the platform itself can verify the edge's certificate against: its own authority, the public ones, this one (PEM), or nothing. */
export type Trust = "authority" | "public" | "nothing" | { readonly pem: string };

export function trustOf(tls: TlsConfig): Trust {
  if (tls.mode === "internal") return "authority";
  // Whoever signed it: its names and dates were checked while planning.
  if (tls.mode === "provided") return "nothing";
  if (tls.caCertificate) return { pem: tls.caCertificate };
  return tls.directory === "letsencrypt-staging" ? "nothing" : "public";
}

/** The config secrets that a way to have certificates needs, by their key. */
export function neededSecrets(tls: TlsConfig): string[] {
  if (tls.mode === "provided") return ["tlsCertificate", "tlsKey"];
  if (tls.mode !== "acme") return [];
  return [...(tls.eabKeyId ? ["acmeEabKey"] : []), ...(tls.challenge === "dns-01" ? ["acmeDnsCredentials"] : [])];
}
