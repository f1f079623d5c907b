/** Drupal from the configuration, under mocks: what follows from one entry of the list. */
import { violations } from "../../../components/core/policy";
import { declaredBy } from "../../declared";

const program = () => import("../../../index.ts" as string);
const withDrupal = (imageSource: string, drupal: object) =>
  declaredBy({ imageSource, cms: JSON.stringify({ drupal: [{ name: "my-mag", ...drupal }] }) }, program);

test("a Composer project: settings, secrets, an installation after the gate, and a cron beside it", async () => {
  const { declared, resources } = await withDrupal("packages", { source: { directory: "tests/e2e/data/php/notes" } });
  const site = declared.find(({ kind }) => kind === "my-mag")?.spec;
  const cron = declared.find(({ kind }) => kind === "my-mag-cron")?.spec;
  expect(site).toMatchObject({ image: "apache-php", passwordOutput: "myMagPassword" });
  expect(site?.uses?.map(({ engine, database }) => [engine, database])).toEqual([["postgres", "my_mag"]]);
  expect(site?.environment?.["DOCUMENT_ROOT"]).toBe("/var/www/html/web");
  expect(site?.volumes?.map(({ name, backup }) => [name, backup])).toEqual([
    ["web-sites-default-files", "files"],
    ["sessions", "none"],
    ["private", "files"],
  ]);
  const settings = site?.files?.find(({ path }) => path === "/etc/oneforall/drupal/settings.php")?.content;
  expect(settings).toContain("'^my-mag\\\\.oneforall\\\\.localhost$'");
  expect(settings).toContain("file_get_contents('/run/secrets/postgres-my_mag')");
  // What cron fetches comes by the network that the site has for it.
  expect(cron?.joins).toEqual(["edge"]);
  expect(cron?.needs).toEqual(["my-mag"]);
  expect(cron?.shares?.map(({ path, readOnly }) => [path, readOnly])).toEqual([
    ["/var/www/html", undefined],
    ["/var/www/html/web/sites/default/files", false],
    ["/var/lib/drupal-private", false],
  ]);
  const made = resources.map(({ name }) => name).filter((name) => /^my-mag-(cron-)?(gate|installed)$/.test(name));
  expect(made).toEqual(["my-mag-gate", "my-mag-installed", "my-mag-cron-gate"]);
  expect(declared.some(({ kind }) => kind === "postgres")).toBe(true);
  expect(resources.flatMap(violations)).toEqual([]);
}, 30_000);

test("without one it is upstream's image with our Apache configuration, by hand from then on", async () => {
  const { declared, resources } = await withDrupal("pull", { database: "mysql" });
  const site = declared.find(({ kind }) => kind === "my-mag")?.spec;
  expect(site?.image).toBe("drupal");
  expect(site?.environment?.["DOCUMENT_ROOT"]).toBe("/opt/drupal/web");
  expect(site?.uses?.map(({ engine }) => engine)).toEqual(["mysql"]);
  expect(declared.some(({ kind }) => kind === "my-mag-cron")).toBe(false);
  expect(resources.flatMap(violations)).toEqual([]);
}, 30_000);

test("where upstream's image can't be had it is left out, and no server is made for it", async () => {
  const { declared } = await withDrupal("packages", {});
  expect(declared.filter(({ kind }) => /my-mag|postgres/.test(kind))).toEqual([]);
}, 30_000);
