/** What the platform's registries hold of all services: plain data, from which the edge, Prometheus, the start page and backups are composed. */
import type { Alert, Dashboard, HttpRoute, PassthroughRoute, Scrape, TcpRoute, VolumeSpec } from "./spec";

export interface RegisteredService {
  readonly name: string;
  readonly host: string;
  readonly description: string;
  /** Of the program in its image. */
  readonly version: string;
  readonly passwordOutput?: string;
}

export interface RegisteredRoute {
  readonly service: string;
  readonly host: string;
  readonly route: HttpRoute;
  /** Where HAProxy finds it: Docker's name for the service, and its port. */
  readonly backend: string;
  readonly url: string;
  /** Its containers are replaced side by side; the edge learns of them by rollout.ts. */
  readonly rolling: boolean;
  readonly replicas: number;
}

/** A route whose connections the edge passes on without looking into them. */
export interface RegisteredStream {
  readonly service: string;
  readonly route: PassthroughRoute | TcpRoute;
  readonly backend: string;
}

export interface RegisteredScrape {
  /** The service's kind, the same on every host. */
  readonly service: string;
  readonly host: string;
  readonly scrape: Scrape;
  /** `address:port` */
  readonly target: string;
  /** The address is one name of several containers, each of which is to be scraped. */
  readonly everyReplica: boolean;
}

export interface RegisteredAlert {
  readonly service: string;
  readonly alert: Alert;
}

export interface RegisteredDashboard {
  readonly service: string;
  readonly dashboard: Dashboard;
}

export interface RegisteredBackup {
  readonly service: string;
  readonly host: string;
  readonly volume: VolumeSpec;
}

/** A service, or a part of one, that the configured image source can't give. */
export interface LeftOut {
  readonly title: string;
  readonly reason: string;
}

export interface ServiceSummary {
  readonly name: string;
  readonly host: string;
  readonly title: string;
  readonly description: string;
  readonly url?: string;
  readonly access?: string;
  /** Stack output with its first password. */
  readonly passwordOutput?: string;
}
