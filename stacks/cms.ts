import { ApachePhp } from "../components/apache-php";
import type { CmsConfig } from "../components/cms/config";
import type { Platform } from "../components/core/platform";
import { Drupal } from "../components/drupal";
import { databaseName } from "../components/php/database";
import type { Databases } from "./databases";

/**
 * Sites of any number. The first one on Apache brings what is said about all of them.
 */
export function cms(platform: Platform, { sites, drupal }: CmsConfig, servers: Databases): void {
  sites.forEach((site, index) => {
    const database = site.database && servers[site.database].database(databaseName(site.name));
    new ApachePhp(platform, site, { database, first: index === 0 });
  });
  drupal.forEach((site, index) => {
    const make = () => {
      // Drupal compares text without regard to case by PostgreSQL's pg_trgm.
      const database = servers[site.database].database(databaseName(site.name), { extensions: ["pg_trgm"] });
      new Drupal(platform, site, { database, first: sites.length === 0 && index === 0 });
    };
    // Code of one's own runs on our image, which can always be had.
    if (site.source) make();
    else platform.offer("drupal", `Drupal (${site.name})`, make);
  });
}
