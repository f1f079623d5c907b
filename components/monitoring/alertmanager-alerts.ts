/** Alerts about telling people. */
import type { Alert } from "../core/spec";

const SELF = 'host="main", instance="main/alertmanager", job="alertmanager"';

export const alertmanagerAlerts: readonly Alert[] = [
  {
    name: "AlertmanagerConfigNotLoaded",
    expr: "alertmanager_config_last_reload_successful == 0",
    for: "5m",
    severity: "warning",
    summary: "Alertmanager refused its configuration and goes on with the one before",
    action: "Its log says which line; `pulumi up` writes the configuration again.",
    fires: { series: { [`alertmanager_config_last_reload_successful{${SELF}}`]: "0x10" }, at: "7m" },
    quiet: { series: { [`alertmanager_config_last_reload_successful{${SELF}}`]: "1x10" }, at: "7m" },
  },
  {
    name: "AlertmanagerNotificationsFail",
    expr:
      "sum by (host, integration) (rate(alertmanager_notifications_failed_total[15m])) " +
      "/ sum by (host, integration) (rate(alertmanager_notifications_total[15m]) > 0) > 0.01",
    for: "5m",
    severity: "critical",
    summary: "{{ $value | humanizePercentage }} of the alerts sent by {{ $labels.integration }} don't arrive",
    action: "Its log says what the receiver answered; check the receiver's address and password in the config secrets.",
    fires: { series: notifications({ sent: 2, failed: 1 }), at: "20m" },
    quiet: { series: notifications({ sent: 2, failed: 0 }), at: "20m" },
  },
];

/** So many a minute. */
function notifications({ sent, failed }: { sent: number; failed: number }) {
  return {
    [`alertmanager_notifications_total{${SELF}, integration="webhook"}`]: `0+${sent}x25`,
    [`alertmanager_notifications_failed_total{${SELF}, integration="webhook", reason="other"}`]: `0+${failed}x25`,
  };
}
