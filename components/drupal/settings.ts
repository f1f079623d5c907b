/** Drupal's settings.php. Pure; no secret is in it: PHP reads them from their files. */
import type { DatabaseAccess } from "../databases/access";
import { pdoDriver } from "../php/database";

export interface DrupalSettings {
  readonly database: Omit<DatabaseAccess, "password" | "authority" | "ready">;
  readonly hashSaltFile: string;
  /** Names that lead to the site, in lower case; `*.` in front of a wildcard's. */
  readonly hosts: readonly string[];
  /** The network of the edge: whose words about clients are believed. */
  readonly edgeSubnet: string;
  readonly privateFiles: string;
}

/** Names and keys as assets/scaffold/files/default.settings.php of Drupal 11.4 has them. */
export function renderSettings(settings: DrupalSettings): string {
  const { database, hosts } = settings;
  return `<?php
// Written by the program at each \`up\`. What a site wants to say itself stands in settings.local.php beside settings.php.

$databases['default']['default'] = [
  'driver' => ${php(pdoDriver(database))},
  'host' => ${php(database.host)},
  'port' => ${php(String(database.port))},
  'database' => ${php(database.database)},
  'username' => ${php(database.user)},
  'password' => trim(file_get_contents(${php(database.passwordFile)})),
  'prefix' => '',
${databaseOptions(database)}];

$settings['hash_salt'] = trim(file_get_contents(${php(settings.hashSaltFile)}));
$settings['update_free_access'] = FALSE;
$settings['file_private_path'] = ${php(settings.privateFiles)};
$settings['file_temp_path'] = '/tmp';
$settings['config_sync_directory'] = '../config/sync';
$settings['container_yamls'][] = $app_root . '/' . $site_path . '/services.yml';
$settings['file_scan_ignore_directories'] = ['node_modules', 'bower_components'];
// The code is deployed, never changed by the site.
$settings['allow_authorize_operations'] = FALSE;

// Apache takes the client's address from the edge already; this is for what Drupal asks itself.
$settings['reverse_proxy'] = TRUE;
$settings['reverse_proxy_addresses'] = [${php(settings.edgeSubnet)}];
$settings['reverse_proxy_trusted_headers'] =
  \\Symfony\\Component\\HttpFoundation\\Request::HEADER_X_FORWARDED_FOR |
  \\Symfony\\Component\\HttpFoundation\\Request::HEADER_X_FORWARDED_HOST |
  \\Symfony\\Component\\HttpFoundation\\Request::HEADER_X_FORWARDED_PORT |
  \\Symfony\\Component\\HttpFoundation\\Request::HEADER_X_FORWARDED_PROTO;

$settings['trusted_host_patterns'] = [
${hosts.map((host) => `  ${php(hostPattern(host))},\n`).join("")}];

if (is_readable($app_root . '/' . $site_path . '/settings.local.php')) {
  include $app_root . '/' . $site_path . '/settings.local.php';
}
`;
}

/** TLS to the server, with its certificate and name checked. PostgreSQL's library takes it from PGSSLMODE and PGSSLROOTCERT. */
function databaseOptions({ engine, authorityFile }: DrupalSettings["database"]): string {
  if (engine !== "mysql") return "";
  return `  // What Drupal asks for: its own transactions don't need repeatable reads, and deadlock less without.
  'isolation_level' => 'READ COMMITTED',
  'pdo' => [
    \\PDO::MYSQL_ATTR_SSL_CA => ${php(authorityFile)},
    \\PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => TRUE,
  ],
`;
}

/** A name as the regular expression that Drupal compares hosts with. */
export function hostPattern(host: string): string {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\-]/g, (sign) => (sign === "-" ? sign : `\\${sign}`));
  return host.startsWith("*.") ? `^.+\\.${literal(host.slice(2))}$` : `^${literal(host)}$`;
}

/** A text as PHP's single-quoted string. */
function php(text: string): string {
  return `'${text.replace(/[\\']/g, (sign) => `\\${sign}`)}'`;
}
