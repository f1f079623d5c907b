/** Apache's and PHP's own judgement of what we write for them, in the image that runs it. */
import { renderSettings } from "../../../components/drupal/settings";
import { writableRules } from "../../../components/php/service";
import { exampleSettings } from "../../drupal-settings";
import { image } from "../../images";
import { inImage } from "../monitoring/in-image";

const MINUTES = 60_000;

beforeAll(() => void image("apache-php"), 20 * MINUTES);

const SITES = "mkdir /tmp/sites && cp writable.conf /tmp/sites/ && ";

test("Apache takes its configuration, with the rules of writable directories", () => {
  const files = { "writable.conf": writableRules("/var/www/html", ["uploads"]) };
  // The included directory is part of the image; what is checked stands beside it.
  const check =
    SITES +
    "sed 's|/etc/oneforall/sites|/tmp/sites|' /etc/oneforall/apache/httpd.conf >/tmp/httpd.conf && apache2 -t -f /tmp/httpd.conf";
  const { status, output } = inImage("apache-php", files, check);
  expect(output).toContain("Syntax OK");
  expect(status).toBe(0);
});

test("PHP's settings are the ones that it then has", () => {
  const shown = [
    "expose_php",
    "display_errors",
    "allow_url_include",
    "session.cookie_secure",
    "session.use_strict_mode",
  ];
  const { output } = inImage(
    "apache-php",
    {},
    `php -r 'foreach (${php(shown)} as $s) echo "$s=", ini_get($s), "\\n";'`,
  );
  expect(output.trim().split("\n")).toEqual([
    "expose_php=",
    "display_errors=",
    "allow_url_include=",
    "session.cookie_secure=1",
    "session.use_strict_mode=1",
  ]);
});

test("every extension that Drupal's own composer.json asks for is there, and both database drivers", () => {
  const wanted = ["date", "dom", "filter", "gd", "hash", "json", "pcre", "PDO", "session", "SimpleXML", "SPL"];
  const more = ["tokenizer", "xml", "zlib", "mbstring", "intl", "curl", "zip", "apcu", "redis", "Zend OPcache"];
  const script = `php -r 'echo implode(",", array_filter(${php([...wanted, ...more, "pdo_mysql", "pdo_pgsql"])}, fn($e) => !extension_loaded($e))), "none missing";'`;
  expect(inImage("apache-php", {}, script).output).toBe("none missing");
});

/** A stand-in for Symfony's Request: the four constants that settings.php names, with their values in Symfony 7.4. */
const REQUEST = `<?php namespace Symfony\\Component\\HttpFoundation;
class Request { const HEADER_X_FORWARDED_FOR = 2; const HEADER_X_FORWARDED_HOST = 4; const HEADER_X_FORWARDED_PROTO = 8; const HEADER_X_FORWARDED_PORT = 16; }`;

test.each(["postgres", "mysql"] as const)("PHP loads Drupal's settings for %s, secrets from their files", (engine) => {
  const files = {
    "settings.php": renderSettings({
      ...exampleSettings(engine),
      hashSaltFile: "/files/salt",
      database: { ...exampleSettings(engine).database, passwordFile: "/files/password" },
    }),
    "Request.php": REQUEST,
    salt: "the-salt\n",
    password: "it's \\ a password",
    "sites/default/settings.local.php": "<?php $settings['from_local'] = $site_path;",
    "load.php": `<?php error_reporting(E_ALL); require 'Request.php'; $app_root = '/files'; $site_path = 'sites/default';
      require 'settings.php'; echo json_encode(['databases' => $databases, 'settings' => $settings]);`,
  };
  const { status, output } = inImage("apache-php", files, "php -l settings.php >/dev/null && php load.php");
  expect(status).toBe(0);
  const { databases, settings } = JSON.parse(output) as { databases: any; settings: Record<string, unknown> }; // eslint-disable-line @typescript-eslint/no-explicit-any -- PHP's own arrays
  expect(databases.default.default).toMatchObject({
    driver: engine === "mysql" ? "mysql" : "pgsql",
    password: "it's \\ a password",
    host: engine,
  });
  expect(settings).toMatchObject({
    hash_salt: "the-salt",
    reverse_proxy: true,
    reverse_proxy_addresses: ["172.30.0.0/24"],
    reverse_proxy_trusted_headers: 30,
    trusted_host_patterns: ["^cms\\.example\\.test$", "^.+\\.example\\.org$"],
    from_local: "sites/default",
  });
});

/** A list of texts as PHP's. */
function php(texts: readonly string[]): string {
  return `["${texts.join('","')}"]`;
}
