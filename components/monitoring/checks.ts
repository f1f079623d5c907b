/** Texts for the shell of a service's container (see LiveConfigSpec). Both our images and upstream's have busybox. */

/**
 * Makes a program read its configuration again by SIGHUP and waits for its verdict: `<prefix>_config_last_reload_…`,
 * which Prometheus and its relatives publish. The other way, POST /-/reload, Prometheus offers only together with
 * "quit" to every neighbour on the network.
 */
export function reloadBySignal(metricsUrl: string, prefix: string): string {
  return [
    `verdict() { wget -q -T 5 -O - ${metricsUrl} | awk '$1 ~ "^${prefix}_config_last_reload_success" { print $1, $2 }'; }`,
    'failed() { verdict | grep -q "_successful 0$"; }',
    "before=$(verdict)",
    "kill -HUP 1",
    "for attempt in $(seq 100); do",
    "  sleep 0.3",
    "  now=$(verdict)",
    '  [ "$now" = "$before" ] && continue',
    '  if failed; then echo "it refused the configuration; its log says why" >&2; exit 1; fi',
    "  exit 0",
    "done",
    'echo "it gave no verdict on its configuration within 30 s" >&2',
    "exit 1",
  ].join("\n");
}

/** Makes a program read its configuration again by its own POST /-/reload, which answers when it did. */
export function reloadByRequest(baseUrl: string): string {
  return `wget -q -T 30 -O - --post-data '' ${baseUrl}/-/reload`;
}
