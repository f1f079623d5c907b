/** What the log store and its collectors agree on. */
export const LOGS = {
  service: "victoria-logs",
  httpPort: 9428,
  /** Takes syslog (RFC 5424) over TCP. */
  syslogPort: 6514,
} as const;

/**
 * Passes when a line of this host has reached the store within the last five minutes: the collector writes about itself
 * once a minute, so a quiet platform passes too.
 */
export function logsArriveFrom(host: string): string {
  const query = encodeURIComponent(`_time:5m hostname:="${host}"`);
  return `wget -q -T 5 -O - 'http://${LOGS.service}:${LOGS.httpPort}/select/logsql/query?limit=1&query=${query}' | grep -q .`;
}
