/** A text as HAProxy's configuration takes it literally, where it reads a log format. */
export function quoteFormat(text: string): string {
  return `"${text.replaceAll("%", "%%").replace(/["\\$]/g, "\\$&")}"`;
}

/** Addresses as lines of one ACL, which holds if any of them does: HAProxy takes 64 words a line. */
export function networkAcl(name: string, networks: readonly string[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < networks.length; at += 32) {
    lines.push(`    acl ${name} src ${networks.slice(at, at + 32).join(" ")}`);
  }
  return lines;
}
