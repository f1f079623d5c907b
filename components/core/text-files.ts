/**
 * Several text files as one text that people can read in a preview's diff and that a host without any tool of ours can
 * unpack with awk (host-scripts/unpack.awk). A file is one header line and its lines:
 *
 *     #file 0444 2 prometheus.yml
 *     first line
 *     second line
 *
 * `#bare` instead of `#file` says that the last line has no line feed (secrets: many programs take it for a part of them).
 */
import { createHash } from "node:crypto";

export interface TextFile {
  /** Relative path, `/` between the parts. */
  readonly path: string;
  readonly content: string;
  /** Octal. @default "0444" */
  readonly mode?: string;
}

const PATH_PATTERN = /^[A-Za-z0-9_.@+-]+(\/[A-Za-z0-9_.@+-]+)*$/;

/** The files as one text, sorted by path. */
export function packTextFiles(files: readonly TextFile[]): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return sorted.map(packOne).join("");
}

function packOne(file: TextFile): string {
  if (!PATH_PATTERN.test(file.path) || file.path.split("/").some((part) => part === "." || part === "..")) {
    throw new Error(`${JSON.stringify(file.path)} is not a relative path of letters, digits and _.@+-`);
  }
  const whole = file.content === "" || file.content.endsWith("\n");
  const body = whole ? file.content : `${file.content}\n`;
  const lines = body.split("\n").length - 1;
  return `${whole ? "#file" : "#bare"} ${file.mode ?? "0444"} ${lines} ${file.path}\n${body}`;
}

/** A short name for a content: the first 12 hex digits of its SHA-256. */
export function contentHash(content: string): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}
