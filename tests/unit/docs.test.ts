/** The documents say what is: every command, file and setting in them exists, and docs/services.md is what is declared. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { BUDGETS } from "../../cli/budgets";
import { parseConfig } from "../../components/core/config";
import { violations } from "../../components/core/policy";
import { alertSecrets } from "../../components/monitoring/config";
import { loadCatalogue } from "../../images/recipe";
import { declaredBy } from "../declared";
import { exceptionsList, servicesPage, type Declared } from "../services-page";

const ROOT = join(__dirname, "..", "..");
const SERVICES = join(ROOT, "docs", "services.md");

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

let services: readonly Declared[];

beforeAll(async () => {
  const tls = { mode: "acme", email: "ops@example.org", acceptTerms: true };
  const signOn = { issuer: "https://id.example.org", clientId: "oneforall", groups: ["ops"] };
  const everything = {
    imageSource: "pull",
    edge: JSON.stringify({ tls, signOn }),
    databases: JSON.stringify({ postgres: {}, mysql: {}, redis: {} }),
    chat: JSON.stringify({ enabled: true }),
    cms: JSON.stringify({ sites: [{ name: "site" }], drupal: [{ name: "drupal", source: { directory: "docs" } }] }),
    signOnClientSecret: "given",
  };
  const program = () => import("../../index.ts" as string);
  ({ declared: services } = await declaredBy(everything, program, ["signOnClientSecret"]));
});

test("README's example of a service is one that keeps every invariant", async () => {
  const example = readFileSync(join(ROOT, "tests", "readme-service.ts"), "utf8");
  expect(read("README.md")).toContain(`\`\`\`ts\n${example.replaceAll('"../components/core/', '"./core/')}\`\`\``);
  const { declared, resources } = await declaredBy({ imageSource: "packages" }, async () => {
    const { GivenSecrets, readConfig } = await import("../../components/core/config");
    const core = await import("../../components/core/platform");
    const { edge } = await import("../../stacks/edge");
    const { Hello } = await import("../readme-service");
    const platform = new core.Platform("test", readConfig(), new GivenSecrets());
    edge(platform);
    new Hello(platform);
    platform.seal();
    return {};
  });
  expect(declared.map(({ kind }) => kind)).toEqual(["haproxy", "hello"]);
  expect(resources.filter(({ type }) => type.startsWith("docker:index/container")).length).toBe(2);
  expect(resources.flatMap(violations)).toEqual([]);
});

test("docs/services.md is what the services declare", () => {
  const page = servicesPage(services, loadCatalogue());
  if (process.env["UPDATE_DOCS"]) writeFileSync(SERVICES, page);
  expect(readFileSync(SERVICES, "utf8")).toBe(page);
});

/** The part of a page between two marks is what it is generated from. */
function expectPart(page: string, mark: string, wanted: string): void {
  const part = new RegExp(`(<!-- ${mark}:begin -->\\n)[\\s\\S]*?(\\n?<!-- ${mark}:end -->)`);
  const text = read(page);
  const wantedText = text.replace(part, (_, begin: string) => `${begin}\n${wanted}\n\n<!-- ${mark}:end -->`);
  if (process.env["UPDATE_DOCS"]) writeFileSync(join(ROOT, page), wantedText);
  expect(text).toMatch(part);
  expect(read(page)).toBe(wantedText);
}

test("docs/security.md lists every exception from the hardening defaults", () => {
  expectPart("docs/security.md", "exceptions", exceptionsList(services));
});

test("docs/testing.md has the budgets", () => {
  const budgets = Object.entries(BUDGETS).map(([name, minutes]) => `${name} ${minutes}`);
  expectPart("docs/testing.md", "budgets", `${budgets.join(", ")}.`);
});

test("docs/testing.md has the figures", () => {
  const folder = join("tests", "e2e");
  const tests = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(".test.ts"));
  const figures = tests.flatMap((name) =>
    [...read(join(folder, name)).matchAll(/figure\("(\w+)", "(\w+)"/g)].map(
      ([, area, figure]) => `\`${area}.${figure}\``,
    ),
  );
  expectPart("docs/testing.md", "figures", `${[...new Set(figures)].sort().join(", ")}.`);
});

test("docs/dependencies.md has every dependency, and no other", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
  const [npm = ""] = read("docs/dependencies.md").split("## Go modules");
  const rows = [...npm.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})].sort());
});

test("README lists every service", () => {
  const table = /<!-- services:begin -->([\s\S]*)<!-- services:end -->/.exec(read("README.md"))?.[1] ?? "";
  expect(services.filter(({ kind }) => !table.includes(`| ${kind} `)).map(({ kind }) => kind)).toEqual([]);
});

test("docs/operations.md has every setting with its default", () => {
  const { config } = parseConfig({});
  const page = read("docs/operations.md");
  const row = (key: string) => page.split("\n").find((line) => line.startsWith(`| \`${key}\` `));
  const wrong = leaves(config).filter(([key, value]) => !row(key)?.includes(`\`${value}\``));
  expect(wrong).toEqual([]);
  for (const secret of Object.values(alertSecrets)) expect(row(secret)).toBeDefined();
});

/** Every value of the configuration by its path; a list is one value. */
function leaves(value: unknown, path = ""): [key: string, value: string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

describe.each(pages)("%s", (page) => {
  const text = read(page);
  const without = text.replace(/```[\s\S]*?```/g, "");

  test("names only commands that exist", () => {
    const { scripts, dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
    const runs = [...text.matchAll(/npm run ([a-z][a-z:0-9-]*)/g)].map(([, name = ""]) => name);
    expect(runs.filter((name) => !(name in (scripts ?? {})))).toEqual([]);
    const tools = [...text.matchAll(/npx ([a-z][a-z-]*)/g)].map(([, name = ""]) => name);
    const bins = { ...dependencies, ...devDependencies, tsc: "", pulumi: "" };
    expect(tools.filter((name) => !(name in bins))).toEqual([]);
  });

  test("links to pages and headings that exist", () => {
    const links = [...without.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, to = ""]) => to)
      .filter((to) => !/^https?:/.test(to));
    const broken = links.filter((to) => {
      const [file = "", heading] = to.split("#");
      const target = file === "" ? page : normalize(join(dirname(page), file));
      if (!existsSync(join(ROOT, target))) return true;
      return heading !== undefined && !headings(read(target)).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  test("names only files that exist", () => {
    const folders = "bench|cli|components|docs|images|policy|stacks|tests|toolchain";
    const named = [...without.matchAll(new RegExp(`\`((?:${folders})/[A-Za-z0-9_./-]*)\``, "g"))].map(
      ([, to = ""]) => to,
    );
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

/** Headings as links name them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
