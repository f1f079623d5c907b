/** Alerts about having the edge's certificate issued and renewed. How long it lasts is asked for at the edge (blackbox-alerts.ts). */
import type { Alert } from "../core/spec";

const ACME = 'acme_failed_attempts{host="main", instance="main/acme", job="acme"}';

export const acmeAlerts: readonly Alert[] = [
  {
    name: "CertificateRenewalFails",
    expr: "acme_failed_attempts > 0",
    for: "1h",
    severity: "warning",
    summary: "The edge's certificate could not be issued or renewed, {{ $value }} times in a row",
    action:
      "The certificate in place serves on until it ends. The last lines of the service acme say what the ACME server refused.",
    fires: { series: { [ACME]: "0x5 1x30 2x60" }, at: "80m" },
    quiet: { series: { [ACME]: "0x5 1x20 0x60" }, at: "80m" },
  },
];
