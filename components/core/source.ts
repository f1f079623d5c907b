/** Where the files of a site come from, and what they are: shared by the program (source-volume.ts) and what it runs (send-source.ts). */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { join } from "node:path/posix";
import { z } from "zod";

/** A directory of the machine that deploys, or a commit of a git repository that it can reach. */
export type GivenSource = { readonly directory: string } | { readonly git: string; readonly commit: string };

/** Or a directory of an image, whose files are needed where something can be put among them. */
export type Source = GivenSource | { readonly image: string; readonly path: string };

/** A source as the configuration gives it. */
export const sourceConfig = z
  .strictObject({
    /** Relative to the project, or absolute. */
    directory: z.string().min(1).optional(),
    /** Anything that `git fetch` takes; with the credentials of whoever runs `up`. */
    git: z.string().min(1).optional(),
    /** Never a branch: a plan must know what it deploys. */
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "is not a commit; give its 40 hex digits (git rev-parse HEAD)")
      .optional(),
  })
  .refine(
    ({ directory, git, commit }) =>
      directory === undefined ? git !== undefined && commit !== undefined : git === undefined && commit === undefined,
    "is not one source; give directory, or git and commit",
  )
  .transform(({ directory, git = "", commit = "" }): GivenSource =>
    directory !== undefined ? { directory } : { git, commit },
  );

/** What is never a part of a site. */
const LEFT_OUT = [".git"];

/** Files of a directory by relative path, sorted; symbolic links too, and never followed. */
function filesOf(directory: string, below = ""): string[] {
  return readdirSync(join(directory, below), { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.includes(name))
    .flatMap((item) => {
      const path = below === "" ? item.name : `${below}/${item.name}`;
      return item.isDirectory() ? filesOf(directory, path) : [path];
    })
    .sort();
}

/** Names exactly what will be deployed: a commit, or a hash over every file with its name and whether it can be run. */
export function sourceId(source: Source, project: string): string {
  if (!("directory" in source)) {
    return createHash("sha256").update(Object.values(source).join(" ")).digest("hex").slice(0, 12);
  }
  const directory = resolve(project, source.directory);
  const hash = createHash("sha256");
  for (const path of filesOf(directory)) {
    const file = join(directory, path);
    const facts = lstatSync(file);
    const content = facts.isSymbolicLink() ? readlinkSync(file) : readFileSync(file);
    const kind = facts.isSymbolicLink() ? "link" : facts.mode & 0o100 ? "run" : "file";
    hash.update(`${kind} ${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 12);
}

/** Why a source can't be deployed, in words; nothing when it can. */
export function sourceProblem(source: Source, project: string): string | undefined {
  if (!("directory" in source)) return undefined;
  const directory = resolve(project, source.directory);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    return `${JSON.stringify(source.directory)} is no directory (looked for ${directory}); give the one with the site's files`;
  }
  return filesOf(directory).length === 0 ? `${JSON.stringify(source.directory)} has no files` : undefined;
}
