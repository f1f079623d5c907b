/** The catalogue of images, and the name that the recipe of an image gives it. Pure: reads files, runs nothing. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The image that upstream publishes, for the sources pull, mirror and bundle. */
export interface Upstream {
  name: string;
  tag: string;
  /** Digest of the multi-platform index (`index`) or of one platform (`linux/amd64`); null where none is attested. */
  digest: Record<string, string> | null;
  /** Where the digest was seen; null with the digest. */
  digestSource: string | null;
}

/** How the same image is made of distribution packages and language registries. */
export interface FromPackages {
  /** Pinned: an apt glob that security updates of the same upstream version still match, or an exact module version. */
  version: string;
  /** What people call the version, where a module counts otherwise. */
  release?: string;
  /** Debian package that carries the version, and its suite. */
  package?: string;
  suite?: string;
  /** Go module that carries the version. */
  module?: string;
  /** Image of ours whose tools build this one. */
  builder?: string;
  /** A part of upstream's image that can't be had so, and why: said wherever the service is. */
  lacks?: { title: string; reason: string };
}

export interface CatalogueEntry {
  upstream: Upstream;
  /** SPDX expression of the program. */
  licence: string;
  /** `uid:gid` that the image runs as. */
  user: string;
  entrypoint: string[];
  command: string[];
  /** Whether /bin/sh is there, in upstream's image and in ours. */
  shell: boolean;
  /** Paths which become anonymous volumes unless a volume is mounted on them. */
  volumes: string[];
  packages: FromPackages | { unavailable: string };
}

export type Catalogue = Record<string, CatalogueEntry>;

/** The image that all others start from. */
export const BASE = "base";

/** images/, for a program run from its source and for one bundled and run in the project's folder. */
export const imagesDir = existsSync(join(__dirname, "images.json")) ? __dirname : join(process.cwd(), "images");

export function loadCatalogue(): Catalogue {
  return JSON.parse(readFileSync(join(imagesDir, "images.json"), "utf8")) as Catalogue; // its schema is checked with the config
}

export function entryOf(name: string, catalogue = loadCatalogue()): CatalogueEntry {
  const entry = catalogue[name];
  if (!entry) throw new Error(`no image "${name}" in images.json; there are ${Object.keys(catalogue).join(", ")}`);
  return entry;
}

export function packagesOf(name: string, catalogue = loadCatalogue()): FromPackages {
  const { packages } = entryOf(name, catalogue);
  if ("unavailable" in packages) throw new Error(`image ${name}: ${packages.unavailable}`);
  return packages;
}

/** The images of ours that must be there before this one can be built, in the order to build them. */
export function builtBefore(name: string, catalogue = loadCatalogue()): string[] {
  if (name === BASE) return [];
  const { builder } = packagesOf(name, catalogue);
  return builder ? [...builtBefore(builder, catalogue), builder] : [BASE];
}

export interface RecipeFile {
  path: string;
  executable: boolean;
}

/** Files of a recipe in one order on every machine; of their modes only what git keeps. */
export function recipeFiles(name: string): RecipeFile[] {
  const walk = (folder: string): RecipeFile[] =>
    readdirSync(join(imagesDir, name, folder), { withFileTypes: true }).flatMap((item) => {
      const path = folder ? `${folder}/${item.name}` : item.name;
      if (item.isDirectory()) return walk(path);
      return [{ path, executable: (statSync(join(imagesDir, name, path)).mode & 0o100) !== 0 }];
    });
  return walk("").sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** sha256 of all that decides what is in the image: its files, its pins, and the recipes of the images it is made with. */
export function recipeHash(name: string, catalogue = loadCatalogue()): string {
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add("pins", JSON.stringify(Object.entries(packagesOf(name, catalogue)).sort()));
  for (const file of recipeFiles(name)) {
    add("file", file.path, file.executable ? "x" : "-", readFileSync(join(imagesDir, name, file.path)));
  }
  for (const other of builtBefore(name, catalogue)) add("made with", recipeHash(other, catalogue));
  return hash.digest("hex");
}

export function imageTag(name: string, catalogue = loadCatalogue()): string {
  return `oneforall/${name}:${recipeHash(name, catalogue).slice(0, 12)}`;
}
