/** Series computed once for the alerts and dashboards that share them. Names follow `level:metric:operation`. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** cAdvisor turns the label that the kernel puts on each container into this one. */
const SERVICE_LABEL = "container_label_io_oneforall_service";

/** Selects the containers of the platform: no helpers, no builds, nobody else's. */
export const OUR_CONTAINERS = `{${SERVICE_LABEL}!=""}`;

/** Replaces cAdvisor's long label by `service`, so that a replaced container continues the same series. */
export function byService(expr: string): string {
  return `label_replace(${expr}, "service", "$1", "${SERVICE_LABEL}", "(.+)")`;
}

export const recordingRules: readonly RecordingRule[] = [
  {
    record: "instance:node_cpu_utilisation:rate5m",
    expr: `1 - avg by (host, instance, job) (rate(node_cpu_seconds_total{mode="idle"}[5m]))`,
  },
  {
    record: "instance:node_memory_utilisation:ratio",
    expr: "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
  },
  {
    record: "service:container_cpu_usage_seconds:rate5m",
    expr: `sum by (host, service) (${byService(`rate(container_cpu_usage_seconds_total${OUR_CONTAINERS}[5m])`)})`,
  },
  {
    record: "service:container_memory_working_set_bytes:sum",
    expr: `sum by (host, service) (${byService(`container_memory_working_set_bytes${OUR_CONTAINERS}`)})`,
  },
  {
    record: "service:container_memory_of_limit:ratio",
    expr: `max by (host, service) (${byService(
      `container_memory_working_set_bytes${OUR_CONTAINERS} / (container_spec_memory_limit_bytes${OUR_CONTAINERS} > 0)`,
    )})`,
  },
  {
    record: "backend:haproxy_http_requests:rate5m",
    expr: "sum by (host, proxy) (rate(haproxy_backend_http_requests_total[5m]))",
  },
  {
    record: "backend:haproxy_http_errors:ratio_rate5m",
    expr:
      `sum by (host, proxy) (rate(haproxy_backend_http_responses_total{code="5xx"}[5m])) / ` +
      "(sum by (host, proxy) (rate(haproxy_backend_http_responses_total[5m])) > 0)",
  },
];
