import fc from "fast-check";
import { drupalConfig } from "../../../components/drupal/config";
import { hostPattern, renderSettings } from "../../../components/drupal/settings";
import { exampleSettings } from "../../drupal-settings";

describe("trusted hosts", () => {
  const trusts = (declared: string, host: string) => new RegExp(hostPattern(declared), "i").test(host);

  test("are exactly the names of the routes", () => {
    expect(trusts("cms.example.org", "cms.example.org")).toBe(true);
    for (const other of ["cmsxexample.org", "cms.example.org.evil.test", "evil-cms.example.org", "example.org"]) {
      expect([other, trusts("cms.example.org", other)]).toEqual([other, false]);
    }
  });

  test("of a wildcard are whatever is below it, and not itself", () => {
    expect(trusts("*.example.org", "a.b.example.org")).toBe(true);
    expect(trusts("*.example.org", "example.org")).toBe(false);
  });

  test("hold for any name", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/);
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    fc.assert(fc.property(name, name, (one, other) => trusts(one, other) === (one === other)));
  });
});

test("settings name secrets by their files, TLS for MySQL in PDO's own words", () => {
  const mysql = renderSettings(exampleSettings("mysql"));
  expect(mysql).toMatchSnapshot();
  const postgres = renderSettings(exampleSettings("postgres"));
  expect(postgres).toContain("'driver' => 'pgsql'");
  expect(postgres).not.toContain("MYSQL_ATTR");
});

test("a name with a quote stays a name", () => {
  expect(renderSettings({ ...exampleSettings("postgres"), hosts: ["o'neill\\.test"] })).toContain(
    "'^o\\'neill\\\\\\\\\\\\.test$'",
  );
});

test("a site needs no more than a name", () => {
  expect(drupalConfig.parse({ name: "cms" })).toMatchObject({
    ...{ database: "postgres", memory: "512MiB", profile: "standard", cronMinutes: 15 },
  });
});
