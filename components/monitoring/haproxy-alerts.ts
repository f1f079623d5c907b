/** Alerts about the edge and what it routes to. A backend is named `be_<route>`. */
import type { Alert } from "../core/spec";

const EDGE = 'host="main", instance="main/haproxy", job="haproxy"';
const RELOADS = 'host="main", instance="main/haproxy", job="haproxy.8404"';
const CHAT = `${EDGE}, proxy="be_chat"`;

export const haproxyAlerts: readonly Alert[] = [
  {
    name: "HaproxyBackendDown",
    expr: 'haproxy_backend_status{state="DOWN"} == 1',
    for: "1m",
    severity: "critical",
    summary: "Nothing serves {{ $labels.proxy }}: every request to it gets an error",
    action: "Its service is stopped or fails its health check: see `docker ps` and its last lines.",
    fires: {
      series: {
        [`haproxy_backend_status{${CHAT}, state="DOWN"}`]: "1x5",
        [`haproxy_backend_status{${CHAT}, state="UP"}`]: "0x5",
      },
      at: "3m",
    },
    quiet: {
      series: {
        [`haproxy_backend_status{${CHAT}, state="DOWN"}`]: "0x5",
        [`haproxy_backend_status{${CHAT}, state="UP"}`]: "1x5",
      },
      at: "3m",
    },
  },
  {
    name: "HaproxyServerErrors",
    // A single error at night is no ratio: at least one request in ten seconds.
    expr: "backend:haproxy_http_errors:ratio_rate5m > 0.05 and backend:haproxy_http_requests:rate5m > 0.1",
    for: "5m",
    severity: "critical",
    summary: "{{ $value | humanizePercentage }} of the requests to {{ $labels.proxy }} end in a server error",
    action: "Look for the paths in the edge's access log (code 5xx), then at the last lines of the service.",
    fires: { series: responses({ good: 540, bad: 60 }), at: "12m" },
    quiet: { series: responses({ good: 2, bad: 1 }), at: "12m" },
  },
  {
    name: "HaproxyRequestsQueue",
    expr: "haproxy_backend_current_queue > 0",
    for: "5m",
    severity: "warning",
    summary: "{{ $value }} requests to {{ $labels.proxy }} wait because its servers are at their limit",
    action: "The service is too slow for its visitors: see its processor and memory on the dashboard Containers.",
    fires: { series: { [`haproxy_backend_current_queue{${CHAT}}`]: "3x10" }, at: "7m" },
    quiet: { series: { [`haproxy_backend_current_queue{${CHAT}}`]: "3x3 0x7" }, at: "7m" },
  },
  {
    name: "HaproxySessionsNearLimit",
    expr: "haproxy_frontend_current_sessions / (haproxy_frontend_limit_sessions > 0) > 0.80",
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.proxy }} of the edge uses {{ $value | humanizePercentage }} of the connections it may have",
    action: "Beyond the limit new visitors wait. An attack, a loop, or success: see the access log for who connects.",
    fires: {
      series: {
        [`haproxy_frontend_current_sessions{${EDGE}, proxy="fe_https"}`]: "900x10",
        [`haproxy_frontend_limit_sessions{${EDGE}, proxy="fe_https"}`]: "1000x10",
      },
      at: "7m",
    },
    quiet: {
      series: {
        [`haproxy_frontend_current_sessions{${EDGE}, proxy="fe_https"}`]: "100x10",
        [`haproxy_frontend_limit_sessions{${EDGE}, proxy="fe_https"}`]: "1000x10",
      },
      at: "7m",
    },
  },
  {
    name: "HaproxyConnectsAgain",
    expr: "sum by (host, proxy) (rate(haproxy_backend_retry_warnings_total[5m])) > 1",
    for: "5m",
    severity: "warning",
    summary: "The edge must try {{ $value | humanize }} times a second again to reach {{ $labels.proxy }}",
    action: "The service refuses connections now and then: too few workers, or it restarts.",
    fires: { series: { [`haproxy_backend_retry_warnings_total{${CHAT}}`]: "0+120x15" }, at: "12m" },
    quiet: { series: { [`haproxy_backend_retry_warnings_total{${CHAT}}`]: "0+6x15" }, at: "12m" },
  },
  {
    name: "HaproxyServerFlaps",
    expr: "increase(haproxy_server_check_up_down_total[15m]) > 3",
    for: "0s",
    severity: "warning",
    summary: "{{ $labels.server }} of {{ $labels.proxy }} went down {{ $value | humanize }} times in 15 minutes",
    action: "Its health check is near its limit: see how long it takes, and whether the service restarts.",
    fires: { series: { [`haproxy_server_check_up_down_total{${CHAT}, server="chat"}`]: "0+1x15" }, at: "15m" },
    quiet: { series: { [`haproxy_server_check_up_down_total{${CHAT}, server="chat"}`]: "0x7 1x8" }, at: "15m" },
  },
  {
    name: "HaproxyReloadFailed",
    expr: 'increase(oneforall_edge_reloads_total{result="failure"}[15m]) > 0 or haproxy_master_failed_reloads > 0',
    for: "0s",
    severity: "warning",
    summary: "The edge on {{ $labels.host }} could not load a new configuration and serves on with the one before",
    action:
      "The `up` that asked for it says why, as does the last part of the log of haproxy. `pulumi up` tries again.",
    fires: {
      series: { [`oneforall_edge_reloads_total{${RELOADS}, result="failure"}`]: "0x10 1x10" },
      at: "15m",
    },
    quiet: {
      series: {
        [`oneforall_edge_reloads_total{${RELOADS}, result="failure"}`]: "1x40",
        [`oneforall_edge_reloads_total{${RELOADS}, result="success"}`]: "0+1x40",
        [`haproxy_master_failed_reloads{${RELOADS}}`]: "0x40",
      },
      at: "30m",
    },
  },
  {
    name: "HaproxyDropsLogs",
    expr: "increase(haproxy_process_dropped_logs_total[15m]) > 0",
    for: "0s",
    severity: "warning",
    summary: "The edge's access log misses {{ $value | humanize }} lines of the last 15 minutes",
    action: "The host's processors are busy to the last: see the dashboard Hosts. The requests themselves were served.",
    fires: { series: { [`haproxy_process_dropped_logs_total{${EDGE}}`]: "0x10 40x10" }, at: "15m" },
    quiet: { series: { [`haproxy_process_dropped_logs_total{${EDGE}}`]: "40x40" }, at: "30m" },
  },
];

/** So many answers a minute. */
function responses({ good, bad }: { good: number; bad: number }) {
  return {
    [`haproxy_backend_http_responses_total{${CHAT}, code="2xx"}`]: `0+${good}x15`,
    [`haproxy_backend_http_responses_total{${CHAT}, code="5xx"}`]: `0+${bad}x15`,
    [`haproxy_backend_http_requests_total{${CHAT}}`]: `0+${good + bad}x15`,
  };
}
