import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceId, sourceProblem } from "../../../components/core/source";

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "source-"));
  mkdirSync(join(project, "site", "sub"), { recursive: true });
  writeFileSync(join(project, "site", "index.php"), "<?php");
  writeFileSync(join(project, "site", "sub", "image.png"), Buffer.from([0, 255, 10]));
});

afterEach(() => rmSync(project, { recursive: true }));

const id = () => sourceId({ directory: "site" }, project);

test("a directory is another one when any file's content, name or right to run is", () => {
  const ids = [id()];
  const change = (make: () => void) => {
    make();
    ids.push(id());
  };
  change(() => writeFileSync(join(project, "site", "index.php"), "<?php 1;"));
  change(() => writeFileSync(join(project, "site", "sub", "image.png"), Buffer.from([0, 254, 10])));
  change(() => writeFileSync(join(project, "site", "new"), ""));
  change(() => chmodSync(join(project, "site", "new"), 0o755));
  change(() => symlinkSync("index.php", join(project, "site", "link")));
  change(() => rmSync(join(project, "site", "sub"), { recursive: true }));
  expect(new Set(ids).size).toBe(ids.length);
});

test("what isn't deployed doesn't count", () => {
  const before = id();
  mkdirSync(join(project, "site", ".git"));
  writeFileSync(join(project, "site", ".git", "HEAD"), "ref");
  expect(id()).toBe(before);
});

test("content can't move between files unnoticed", () => {
  writeFileSync(join(project, "site", "a"), "xy");
  writeFileSync(join(project, "site", "b"), "");
  const before = id();
  writeFileSync(join(project, "site", "a"), "x");
  writeFileSync(join(project, "site", "b"), "y");
  expect(id()).not.toBe(before);
});

test("a commit is known without asking anybody", () => {
  const commit = { git: "https://git.example.org/site", commit: "0".repeat(40) };
  expect(sourceId(commit, project)).not.toBe(sourceId({ ...commit, commit: "1".repeat(40) }, project));
  expect(sourceProblem(commit, project)).toBeUndefined();
});

test("a directory that isn't there, or is empty, is refused by name", () => {
  expect(sourceProblem({ directory: "site" }, project)).toBeUndefined();
  expect(sourceProblem({ directory: "sit" }, project)).toBe(
    `"sit" is no directory (looked for ${join(project, "sit")}); give the one with the site's files`,
  );
  mkdirSync(join(project, "empty"));
  expect(sourceProblem({ directory: "empty" }, project)).toBe('"empty" has no files');
});
