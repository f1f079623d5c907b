import type * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { scrape } from "./core/spec";
import { trustOf, type Trust } from "./haproxy/tls-config";
import { routeAlerts } from "./monitoring/blackbox-alerts";
import { renderBlackbox, type ProbeTrust } from "./monitoring/blackbox-config";
import { routesDashboard } from "./monitoring/dashboards";

export interface BlackboxExporterArgs {
  /** Root certificate (PEM) of the platform's own authority. */
  readonly authority: pulumi.Output<string>;
}

const PORT = 9115;
const CONFIG = "/etc/blackbox_exporter/config.yml";
const AUTHORITY = "authority.crt";
const OTHER_AUTHORITY = "/etc/blackbox_exporter/edge-authority.crt";

/** Blackbox exporter, asking for every route as its users do: by name, through the edge, over verified TLS. */
export class BlackboxExporter extends Service {
  constructor(platform: Platform, { authority }: BlackboxExporterArgs, opts?: ServiceOptions) {
    const { tls, signOn } = platform.config.edge;
    const trust = trustOf(tls);
    super(
      platform,
      "blackbox-exporter",
      {
        description: "Asks for every route as its users do",
        image: "blackbox-exporter",
        // Probes that succeed are no news.
        command: [`--config.file=${CONFIG}`, "--log.prober=warn"],
        files: [
          { path: CONFIG, content: renderBlackbox(probeTrust(trust), signOn !== undefined) },
          ...(typeof trust === "object" ? [{ path: OTHER_AUTHORITY, content: trust.pem }] : []),
        ],
        // Public, but not known while planning, as secrets are.
        secrets: [{ name: AUTHORITY, content: authority, version: platform.secrets.privateKey("authority").version }],
        // Where it meets the edge.
        joins: ["edge"],
        health: { http: { port: PORT, path: "/-/healthy" } },
        metrics: [scrape(PORT)],
        alerts: routeAlerts,
        dashboards: [routesDashboard],
        limits: { memory: "64MiB" },
      },
      opts,
    );
  }
}

function probeTrust(trust: Trust): ProbeTrust {
  if (trust === "authority") return { roots: `/run/secrets/${AUTHORITY}` };
  return typeof trust === "object" ? { roots: OTHER_AUTHORITY } : trust;
}
