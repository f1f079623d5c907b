/**
 * host-scripts/drupal on a real container of the image. Drupal isn't to be had where this runs: drush and the count of
 * tables are stand-ins that keep what they are told, so that what is shown is what the script does, and when.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { image } from "../../images";

const MINUTES = 60_000;
const SCRIPTS = join(__dirname, "../../../components/core/host-scripts");
const PASSWORD = "the-admin-password";
/** A stand-in for drush: `installed` is Drupal's database, `said` what it was told. */
const DRUSH = `#!/bin/sh
echo "$*" >>/project/said
case "$*" in
  status*) [ -e /project/installed ] && echo Successful || exit 1 ;;
  *site:install*) [ ! -e /project/broken ] || { echo "User name: admin  User password: hunter2"; echo "no such profile"; exit 1; }
    touch /project/installed ;;
esac
`;

let root: string;
let container: string;

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
const project = (file: string) => join(root, "project", file);

beforeAll(() => void image("apache-php"), 20 * MINUTES);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drupal-"));
  for (const folder of ["oneforall-test/lib", "project/vendor/bin", "drupal", "secrets"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const name of ["drupal", "common.sh"]) {
    copyFileSync(join(SCRIPTS, name), join(root, "oneforall-test", "lib", name));
    chmodSync(join(root, "oneforall-test", "lib", name), 0o555);
  }
  writeFileSync(project("vendor/bin/drush"), DRUSH, { mode: 0o755 });
  writeFileSync(project("tables"), "0");
  writeFileSync(join(root, "drupal", "tables.php"), "<?php readfile('/project/tables');");
  writeFileSync(join(root, "secrets", "admin-password"), PASSWORD);
  for (const open of ["", "project"]) chmodSync(join(root, open), 0o777);
  const mounts = ["project:/project", "drupal:/etc/oneforall/drupal:ro", "secrets:/run/secrets:ro"];
  container = docker(
    ...["run", "--detach", "--network", "none", "--read-only", "--tmpfs", "/tmp"],
    ...mounts.flatMap((mount) => ["--volume", join(root, mount)]),
    ...[image("apache-php"), "sleep", "600"],
  );
});

afterEach(() => {
  docker("rm", "--force", container);
  rmSync(root, { recursive: true });
});

function run() {
  const words = [container, "/project", "standard", "magazine", "ed@example.org"];
  const { status, stderr } = spawnSync(join(root, "oneforall-test", "lib", "drupal"), words, { encoding: "utf8" });
  return { status, stderr };
}

/** What drush was told, without looking around. */
const told = () =>
  readFileSync(project("said"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("status"));

test("an empty database gets a site, once; then updates", () => {
  expect(run()).toEqual({ status: 0, stderr: "" });
  const [install = "", password = ""] = told();
  expect(install).toMatch(/^--no-interaction site:install standard --site-name=magazine --account-name=admin /);
  expect(password).toMatch(/^--no-interaction php:eval .*setPassword/);
  expect(told().join("\n")).not.toContain(PASSWORD);

  writeFileSync(project("said"), "");
  writeFileSync(project("tables"), "70");
  expect(run()).toEqual({ status: 0, stderr: "" });
  expect(told()).toEqual(["--no-interaction updatedb", "--no-interaction cache:rebuild"]);
});

test("tables on which Drupal doesn't start are never installed over", () => {
  writeFileSync(project("tables"), "70");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toMatch(/its database has 70 tables: not installed over them/);
  expect(told()).toEqual([]);
});

test("a failed installation fails the update with drush's words, without the password that drush printed", () => {
  writeFileSync(project("broken"), "");
  const { status, stderr } = run();
  expect(status).toBe(1);
  expect(stderr).toContain("drush site:install failed");
  expect(stderr).toContain("no such profile");
  expect(stderr).not.toContain("hunter2");
});

test("a project without drush is refused with what to do", () => {
  rmSync(project("vendor/bin/drush"));
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("composer require drush/drush") });
});
