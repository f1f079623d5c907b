/** What Mattermost itself says of its database and files; the edge and the containers have alerts of their own. */
import { scrape, type Alert, type Scrape } from "../core/spec";
import { EDGE_ADDRESS, PROBE_MODULE } from "../monitoring/blackbox-config";

/** The team edition has no metrics. So the prober asks for its full status, by which it writes to database and files. */
export function statusProbe(siteUrl: string): Scrape {
  return scrape(9115, {
    address: "blackbox-exporter",
    path: "/probe",
    params: {
      module: [PROBE_MODULE.service],
      target: [`${EDGE_ADDRESS}/api/v4/system/ping?get_server_status=true`],
      hostname: [new URL(siteUrl).hostname],
    },
    interval: "60s",
  });
}

const SELF = 'host="main", instance="main/mattermost", job="mattermost"';
const ROUTE = 'host="main", instance="https://chat.example.org", job="edge.probe", service="mattermost"';

export const mattermostAlerts: readonly Alert[] = [
  {
    name: "MattermostStorageFails",
    // While nothing answers at all, RouteUnreachable says so.
    expr: 'probe_success{job="mattermost"} == 0 and on (host) probe_success{job="edge.probe", service="mattermost"} == 1',
    for: "3m",
    severity: "critical",
    summary: "Mattermost on {{ $labels.host }} answers, and can't write to its database or its files",
    action: "Its last lines name the one that fails (`docker logs`): then see postgres, or the space on the disk.",
    fires: { series: { [`probe_success{${SELF}}`]: "1x3 0x10", [`probe_success{${ROUTE}}`]: "1x13" }, at: "9m" },
    quiet: { series: { [`probe_success{${SELF}}`]: "1x3 0x10", [`probe_success{${ROUTE}}`]: "1x3 0x10" }, at: "9m" },
  },
  {
    name: "MattermostStorageSlow",
    expr: 'avg_over_time(probe_duration_seconds{job="mattermost"}[5m]) > 2',
    for: "10m",
    severity: "warning",
    summary:
      "Mattermost on {{ $labels.host }} needs {{ $value | humanizeDuration }} to write a word to its database and files",
    action: "See whether the disk is busy (dashboard Hosts) and what the database does at the time.",
    fires: { series: { [`probe_duration_seconds{${SELF}}`]: "3x20" }, at: "18m" },
    quiet: { series: { [`probe_duration_seconds{${SELF}}`]: "0.1x10 9 0.1x10" }, at: "13m" },
  },
];
