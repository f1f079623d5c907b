import { parseConfig } from "../../../components/core/config";
import { siteConfig } from "../../../components/php/config";
import { databaseEnvironment } from "../../../components/php/database";
import { phpService, requestWorkers, siteEnvironment, writableRules } from "../../../components/php/service";
import { violations } from "../../../components/core/policy";
import { declaredBy } from "../../declared";

const SUBNET = "172.30.0.0/24";
const site = (more: object = {}) => siteConfig.parse({ name: "shop", ...more });
const ground = { image: "apache-php", root: "/var/www/html" };

describe("a site's configuration", () => {
  const problemsOf = (sites: object[]) => parseConfig({ cms: JSON.stringify({ sites }) }).problems.sort();

  test("is a name at least", () => {
    expect(problemsOf([{ name: "shop" }])).toEqual([]);
  });

  test("is refused with the value and what would be right, all at once", () => {
    expect(
      problemsOf([
        {
          name: "My Shop",
          source: { directory: "a", git: "b" },
          writable: ["../etc"],
          database: "oracle",
          memory: "big",
          upload: 16,
          colour: "red",
        },
        { name: "wiki", source: { git: "https://git.example.org/wiki", commit: "main" } },
      ]),
    ).toEqual([
      "oneforall:cms.sites.0.colour is not a setting",
      'oneforall:cms.sites.0.database: "oracle" is not one of postgres, mysql',
      'oneforall:cms.sites.0.memory: "big" is not a size; give a whole number and KiB, MiB or GiB, for example 16MiB',
      'oneforall:cms.sites.0.name: "My Shop" is not a name; give lower-case letters, digits and dashes',
      'oneforall:cms.sites.0.source: {"directory":"a","git":"b"} is not one source; give directory, or git and commit',
      "oneforall:cms.sites.0.upload: 16 is not a size; give a whole number and KiB, MiB or GiB, for example 16MiB",
      'oneforall:cms.sites.0.writable.0: "../etc" is not a directory below the source; give for example uploads',
      'oneforall:cms.sites.1.source.commit: "main" is not a commit; give its 40 hex digits (git rev-parse HEAD)',
    ]);
  });

  test("has limits that fit into each other", () => {
    expect(problemsOf([{ name: "shop", upload: "200MiB", php: { memoryLimit: "1GiB" } }])).toEqual([
      'oneforall:cms.sites.0.php.memoryLimit: "1GiB" is more than the container\'s memory, 256MiB',
      'oneforall:cms.sites.0.upload: "200MiB" is too large for memory 256MiB, half of which is for uploads that wait (two at once, and 32MiB); set memory to 864MiB',
    ]);
    expect(problemsOf([{ name: "shop", upload: "200MiB", memory: "864MiB" }])).toEqual([]);
  });
});

describe("what Apache and PHP are told", () => {
  test("are limits that agree, and whose word about clients counts", () => {
    const environment = siteEnvironment(site({ upload: "32MiB", webRoot: "public" }), ground, SUBNET);
    expect(environment).toMatchObject({
      DOCUMENT_ROOT: "/var/www/html/public",
      TRUSTED_PROXY: SUBNET,
      MAX_BODY_BYTES: String(32 * 2 ** 20),
      PHP_UPLOAD_MAX: "32M",
      PHP_POST_MAX: "32M",
      PHP_MEMORY_LIMIT: "128M",
    });
  });

  test("code that only a new container changes isn't looked at again", () => {
    const source = { volume: "made-up", path: "/var/www/html", ready: undefined as never };
    expect(siteEnvironment(site(), { ...ground, source }, SUBNET)["PHP_OPCACHE_VALIDATE"]).toBe("0");
    expect(siteEnvironment(site(), ground, SUBNET)["PHP_OPCACHE_VALIDATE"]).toBe("1");
  });

  test("the processes follow from the memory, and there are always two", () => {
    expect((["128MiB", "256MiB", "1GiB"] as const).map(requestWorkers)).toEqual([2, 5, 29]);
  });

  test("each writable directory is a volume in which nothing is run", () => {
    const { volumes, files } = phpService(site({ writable: ["uploads", "var/Cache"] }), ground, SUBNET);
    expect(volumes.map(({ name, path, backup }) => [name, path, backup])).toEqual([
      ["html", "/var/www/html", "files"],
      ["uploads", "/var/www/html/uploads", "files"],
      ["var-cache", "/var/www/html/var/Cache", "files"],
      ["sessions", "/var/lib/php/sessions", "none"],
    ]);
    expect(files).toEqual([
      {
        path: "/etc/oneforall/sites/writable.conf",
        content: writableRules("/var/www/html", ["uploads", "var/Cache"]),
      },
    ]);
  });

  test("an image that isn't ours gets Apache's configuration as files", () => {
    const paths = phpService(site(), { image: "drupal", root: "/opt/drupal" }, SUBNET).files.map(({ path }) => path);
    expect(paths).toEqual([
      "/etc/oneforall/apache/httpd.conf",
      "/etc/oneforall/php/10-oneforall.ini",
      "/etc/oneforall/status/health.php",
      "/etc/oneforall/status/metrics.php",
    ]);
  });

  test("a database is named by its files, never by its password", () => {
    const access = {
      ...({ engine: "postgres", network: "postgres", host: "postgres", port: 5432, onHost: "main" } as const),
      ...{
        database: "shop",
        user: "shop",
        passwordFile: "/run/secrets/postgres-shop",
        authorityFile: "/run/secrets/ca",
      },
      ...{ password: undefined as never, authority: undefined as never, ready: undefined as never },
    };
    expect(databaseEnvironment(access)).toEqual({
      ...{ DB_DRIVER: "pgsql", DB_HOST: "postgres", DB_PORT: "5432", DB_NAME: "shop", DB_USER: "shop" },
      ...{ DB_PASSWORD_FILE: "/run/secrets/postgres-shop", DB_CA_FILE: "/run/secrets/ca" },
      ...{ PGSSLMODE: "verify-full", PGSSLROOTCERT: "/run/secrets/ca" },
    });
    expect(databaseEnvironment({ ...access, engine: "mysql" })).not.toHaveProperty("PGSSLMODE");
  });
});

test("sites keep every invariant, and the first brings what is said of all", async () => {
  const { declared, resources } = await declaredBy({ imageSource: "packages" }, async () => {
    const { GivenSecrets, readConfig } = await import("../../../components/core/config");
    const core = await import("../../../components/core/platform");
    const { ApachePhp } = await import("../../../components/apache-php");
    const platform = new core.Platform("test", readConfig(), new GivenSecrets());
    new ApachePhp(platform, site({ source: { directory: "tests/e2e/data/php/notes" }, writable: ["uploads"] }), {
      first: true,
    });
    new ApachePhp(platform, site({ name: "wiki" }));
    platform.seal();
    return {};
  });
  expect(declared.map(({ kind, spec }) => [kind, spec.alerts?.length, spec.dashboards?.length])).toEqual([
    ["shop", 2, 1],
    ["wiki", 0, 0],
  ]);
  expect(resources.flatMap(violations)).toEqual([]);
  const [source] = resources.filter(({ name }) => name === "shop-source");
  expect(source?.props["name"]).toBeUndefined();
});
