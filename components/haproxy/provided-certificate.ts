/** Whether a certificate given as config secrets can serve, found out while planning: a refusal changes nothing. */
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";

export interface ProvidedCertificate {
  /** PEM: the edge's own certificate first, then those in between. */
  readonly certificate: string;
  /** PEM, without a password. */
  readonly key: string;
}

/** Every problem in words; none means that it can serve all names. */
export function validateProvided(
  { certificate, key }: ProvidedCertificate,
  names: readonly string[],
  now: Date,
): string[] {
  const problems: string[] = [];
  const leaf = attempt(() => new X509Certificate(certificate));
  const privateKey = attempt(() => createPrivateKey(key));
  if (!leaf) {
    problems.push("oneforall:tlsCertificate is not a certificate in PEM; give the certificate and those in between");
  }
  if (!privateKey) problems.push("oneforall:tlsKey is not a private key in PEM without a password");
  if (!leaf) return problems;
  if (privateKey && !belongTogether(leaf, privateKey)) {
    problems.push("oneforall:tlsKey is not the key of oneforall:tlsCertificate; give the two that were made together");
  }
  const [begins, ends] = [new Date(leaf.validFrom), new Date(leaf.validTo)];
  if (ends <= now) problems.push(`oneforall:tlsCertificate ended on ${day(ends)}; give one that is still valid`);
  if (begins > now) {
    problems.push(`oneforall:tlsCertificate begins only on ${day(begins)}; give one that is valid today`);
  }
  const missing = names.filter((name) => !covers(leaf, name));
  if (missing.length > 0) {
    problems.push(
      `oneforall:tlsCertificate (for ${namesOf(leaf).join(", ") || "no names"}) doesn't cover ${missing.join(", ")}; give one that covers every route`,
    );
  }
  return problems;
}

/** Certificate, chain and key as HAProxy reads them, without empty lines. */
export function providedPem({ certificate, key }: ProvidedCertificate): string {
  const lines = [certificate, key].flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => `${line}\n`)
    .join("");
}

function namesOf(leaf: X509Certificate): string[] {
  return (leaf.subjectAltName ?? "").split(", ").flatMap((entry) => (entry.startsWith("DNS:") ? entry.slice(4) : []));
}

/** As browsers match: a wildcard stands for exactly one label. */
function covers(leaf: X509Certificate, name: string): boolean {
  const wildcard = `*.${name.slice(name.indexOf(".") + 1)}`;
  return namesOf(leaf)
    .map((san) => san.toLowerCase())
    .some((san) => san === name || (!name.startsWith("*.") && san === wildcard));
}

function belongTogether(leaf: X509Certificate, key: KeyObject): boolean {
  return attempt(() => leaf.checkPrivateKey(key)) ?? false;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
