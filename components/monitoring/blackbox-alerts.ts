/** Alerts about what users see: every route, asked through the edge as they do. */
import type { Alert } from "../core/spec";

const ROUTE = 'host="main", instance="https://chat.example.org", job="edge.probe", service="chat"';
const DAY = 86400;
/** Not what a service has asked the prober for besides: it has alerts of its own for that. */
const ROUTES = '{job="edge.probe"}';

export const routeAlerts: readonly Alert[] = [
  {
    name: "RouteUnreachable",
    expr: `probe_success${ROUTES} == 0`,
    for: "2m",
    severity: "critical",
    summary: "{{ $labels.instance }} doesn't answer as it should",
    action:
      "See whether {{ $labels.service }} runs, then the edge's access log: no entry is TLS or network, 401 where none is due is access.",
    fires: { series: { [`probe_success{${ROUTE}}`]: "1x3 0x5" }, at: "7m" },
    quiet: { series: { [`probe_success{${ROUTE}}`]: "1x3 0 1x5" }, at: "7m" },
  },
  {
    name: "RouteSlow",
    expr: `avg_over_time(probe_duration_seconds${ROUTES}[5m]) > 3`,
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.instance }} takes {{ $value | humanizeDuration }} to answer",
    action: "Compare the parts of the time on the dashboard Routes; a busy host shows there for all routes at once.",
    fires: { series: { [`probe_duration_seconds{${ROUTE}}`]: "4x20" }, at: "18m" },
    quiet: { series: { [`probe_duration_seconds{${ROUTE}}`]: "0.2x10 9 0.2x10" }, at: "13m" },
  },
  {
    name: "CertificateExpiresSoon",
    expr: `probe_ssl_earliest_cert_expiry${ROUTES} - time() < ${20 * DAY}`,
    for: "1h",
    severity: "warning",
    summary: "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}",
    action: "It should have been renewed by now: run `pulumi up`, and see what the renewal says.",
    fires: { series: { [`probe_ssl_earliest_cert_expiry{${ROUTE}}`]: `${19 * DAY}x90` }, at: "70m" },
    quiet: { series: { [`probe_ssl_earliest_cert_expiry{${ROUTE}}`]: `${21 * DAY}x90` }, at: "70m" },
  },
  {
    name: "CertificateExpired",
    expr: `probe_ssl_earliest_cert_expiry${ROUTES} - time() < ${3 * DAY}`,
    for: "10m",
    severity: "critical",
    summary: "The certificate of {{ $labels.instance }} is at its end: {{ $value | humanizeDuration }} left",
    action: "Visitors are about to be turned away by their browsers. Run `pulumi up` now.",
    fires: { series: { [`probe_ssl_earliest_cert_expiry{${ROUTE}}`]: `${2 * DAY}x20` }, at: "15m" },
    quiet: { series: { [`probe_ssl_earliest_cert_expiry{${ROUTE}}`]: `${4 * DAY}x20` }, at: "15m" },
  },
];
