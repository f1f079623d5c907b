/** Looking for secrets where they must not be. */

export interface KnownSecret {
  /** Where the state keeps it encrypted: a resource and a property. */
  readonly where: string;
  readonly value: string;
}

/** Every secret of a stack, from `pulumi stack export --show-secrets`. */
export function secretsIn(exported: string): KnownSecret[] {
  const { deployment } = JSON.parse(exported) as { deployment: { resources: { urn: string }[] } };
  const found = new Map<string, KnownSecret>();
  for (const resource of deployment.resources) {
    const name = resource.urn.split("::").pop() ?? "";
    visit(resource, name, (where, plaintext) => {
      strings(JSON.parse(plaintext), (value) => {
        // Short ones (true, 1, {}) are words that stand everywhere. A certificate is made to be shown, also where a
        // command that has secrets in its input printed it.
        const open = value.length < 12 || value.trimStart().startsWith("-----BEGIN CERTIFICATE-----");
        if (!open && !found.has(value)) found.set(value, { where, value });
      });
    });
  }
  return [...found.values()];
}

/** The secrets that can be read in a text, by where they are kept; never their values, which would end in a log. */
export function readableIn(text: string, secrets: readonly KnownSecret[]): string[] {
  const asJson = (value: string) => JSON.stringify(value).slice(1, -1);
  return secrets.filter(({ value }) => text.includes(value) || text.includes(asJson(value))).map(({ where }) => where);
}

function visit(value: unknown, path: string, see: (path: string, plaintext: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  if ("plaintext" in value && typeof value.plaintext === "string") see(path, value.plaintext);
  for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`, see);
}

function strings(value: unknown, see: (text: string) => void): void {
  if (typeof value === "string") see(value);
  else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) strings(inner, see);
}
