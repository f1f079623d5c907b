/** A table for people: columns as wide as their widest cell, in terminal columns. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd();
  return [line(header), widths.map((size) => "─".repeat(size)).join("  "), ...rows.map(line)].join("\n");
}

/** ✓, ✗, ─ and letters of Latin scripts take one column each; nothing wider is used. */
function width(text: string): number {
  return [...text].length;
}
