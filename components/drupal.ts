import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onHost } from "./core/exec";
import { dockerName } from "./core/naming";
import type { Platform } from "./core/platform";
import { Service } from "./core/service";
import { sourceVolume } from "./core/source-volume";
import { hostNames, volume } from "./core/spec";
import type { DatabaseAccess } from "./databases/access";
import type { DrupalConfig } from "./drupal/config";
import { renderSettings } from "./drupal/settings";
import { phpAlerts } from "./php/alerts";
import type { ApachePhpOptions } from "./apache-php";
import { phpDashboard } from "./php/dashboard";
import { databaseEnvironment } from "./php/database";
import { HTML, phpService } from "./php/service";

const FILES = "web/sites/default/files";
const PRIVATE = "/var/lib/drupal-private";
const SETTINGS = "/etc/oneforall/drupal";
/** What is in the place of the project's own settings.php. */
const LEADS_TO_SETTINGS = `<?php\nrequire '${SETTINGS}/settings.php';\n`;

/**
 * A Drupal site. Its code is a Composer project, on our own image, or that of upstream's image; in both, the program
 * writes settings.php. With drush in the project it is installed, updated and its cron is run; upstream's image has no
 * drush, so there a person does it in the browser (docs/cms.md).
 */
export class Drupal extends Service {
  constructor(
    platform: Platform,
    site: DrupalConfig,
    { database, first = false, ...opts }: ApachePhpOptions & { readonly database: DatabaseAccess },
  ) {
    const { host = platform.mainHost } = opts;
    const { name } = site;
    const service = platform.serviceName(name, host);
    const image = site.source ? "apache-php" : "drupal";
    const root = site.source ? HTML : "/opt/drupal";
    const code = site.source ?? { image: platform.images.resolve(image, host).ref, path: root };
    const source = sourceVolume(platform, { service, host, image }, code, root, {
      directories: [FILES],
      files: { "web/sites/default/settings.php": LEADS_TO_SETTINGS },
    });
    const edge = platform.subnet("edge").subnet;
    const declared = phpService({ ...site, webRoot: "web", writable: [FILES] }, { image, root, source }, edge);
    const environment = { ...declared.environment, ...databaseEnvironment(database) };
    const settings = renderSettings({
      database,
      hashSaltFile: "/run/secrets/hash-salt",
      hosts: declared.routes.flatMap((route) => hostNames(route, platform.config.domain)),
      edgeSubnet: edge,
      privateFiles: PRIVATE,
    });
    const files = [
      ...declared.files,
      { path: `${SETTINGS}/settings.php`, content: settings },
      { path: `${SETTINGS}/tables.php`, content: readFileSync(join(__dirname, "drupal", "tables.php"), "utf8") },
    ];
    const secrets = [
      { name: "hash-salt", ...platform.secret(`${camel(name)}HashSalt`) },
      { name: "admin-password", ...platform.secret(`${camel(name)}Password`) },
    ];
    super(
      platform,
      name,
      {
        ...declared,
        description: "A Drupal site",
        uses: [database],
        environment,
        files,
        secrets,
        volumes: [...declared.volumes, volume("private", PRIVATE, { backup: "files" })],
        alerts: first ? phpAlerts : [],
        dashboards: first ? [phpDashboard] : [],
        passwordOutput: `${camel(name)}Password`,
      },
      opts,
    );
    if (!site.source) {
      void pulumi.log.warn(
        `${name}: upstream's Drupal image has no drush; install it at ${platform.url(name)}/core/install.php, update it at /update.php`,
      );
      return;
    }
    const [container] = this.containers;
    if (!container) throw new Error(`${name} has no container`);
    const installed = onHost(
      `${service}-installed`,
      host,
      ["drupal", container.id, root, site.profile, name, site.mail],
      {},
      { parent: this, dependsOn: this.gate, customTimeouts: { create: "15m", update: "15m" } },
    );
    new Service(
      platform,
      `${name}-cron`,
      {
        image,
        uses: [database],
        description: "Drupal's regular work",
        command: ["sh", "-c", cronLoop(site.cronMinutes), root],
        environment,
        files,
        secrets,
        shares: [
          source,
          ...[FILES, PRIVATE].map((path, index) => ({
            volume: dockerName(platform.name, service, ["web-sites-default-files", "private"][index] ?? ""),
            path: path.startsWith("/") ? path : `${root}/${path}`,
            ready: installed,
            readOnly: false,
          })),
        ],
        needs: [service],
        // A database's network has no way out, and cron asks for updates and feeds.
        joins: ["edge"],
        // It has to have ended well within its time and half of it again.
        health: { command: ["sh", "-c", `find /tmp/ended -mmin -${Math.ceil(site.cronMinutes * 1.5)} | grep -q .`] },
        limits: { memory: site.memory },
        init: true,
      },
      { ...opts, dependsOn: installed },
    );
  }
}

/** Runs drush's cron again and again; its last word is in the log. */
function cronLoop(minutes: number): string {
  return `cd "$0" && while :; do vendor/bin/drush --no-interaction cron && touch /tmp/ended; sleep ${minutes * 60}; done`;
}

/** A name as a part of a setting's: `my-shop` is `myShop`. */
function camel(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
