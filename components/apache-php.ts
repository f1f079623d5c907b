import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { sourceVolume } from "./core/source-volume";
import type { DatabaseAccess } from "./databases/access";
import { phpAlerts } from "./php/alerts";
import type { SiteConfig } from "./php/config";
import { phpDashboard } from "./php/dashboard";
import { databaseEnvironment } from "./php/database";
import { HTML, phpService } from "./php/service";

const IMAGE = "apache-php";

export interface ApachePhpOptions extends ServiceOptions {
  readonly database?: DatabaseAccess;
  /** Alerts and dashboard speak of all PHP sites, so one of them brings them. @default false */
  readonly first?: boolean;
}

/** A PHP site on Apache, one of any number. Its code is a directory, a commit, or a volume that somebody fills. */
export class ApachePhp extends Service {
  constructor(platform: Platform, site: SiteConfig, { database, first = false, ...opts }: ApachePhpOptions = {}) {
    const { host = platform.mainHost } = opts;
    const service = platform.serviceName(site.name, host);
    const source =
      site.source &&
      sourceVolume(platform, { service, host, image: IMAGE }, site.source, HTML, { directories: site.writable });
    const declared = phpService(site, { image: IMAGE, root: HTML, source }, platform.subnet("edge").subnet);
    super(
      platform,
      site.name,
      {
        ...declared,
        ...(database && {
          uses: [database],
          environment: { ...declared.environment, ...databaseEnvironment(database) },
        }),
        description: "A PHP site",
        alerts: first ? phpAlerts : [],
        dashboards: first ? [phpDashboard] : [],
      },
      opts,
    );
  }
}
