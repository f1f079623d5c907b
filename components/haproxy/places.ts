/** Where things are in the edge's container. */

/** Ports inside the container: above 1024, so that it needs no capability. */
export const PORTS = { http: 8080, https: 8443, metrics: 8404 } as const;

/** The live configuration; `current` in it leads to the files in use. */
export const CONFIG = "/usr/local/etc/haproxy";
/** One file for each rolling service, kept by host-scripts/rollout. */
export const BACKENDS = "/usr/local/etc/haproxy-backends";
export const CERTIFICATES = "/usr/local/etc/haproxy-certificates";
export const CERTIFICATE = `${CERTIFICATES}/edge.pem`;
/** Who may log in at the edge: a directory of its own, because a changed password must not recreate the container. */
export const USERS = "/usr/local/etc/haproxy-users";

export const ADMIN_SOCKET = "/run/haproxy/admin.sock";
export const MASTER_SOCKET = "/run/haproxy/master.sock";
export const SERVER_STATE = "/run/haproxy/servers.state";
/** A line for each reload by the platform: 0, or what it failed with. */
export const RELOAD_RESULTS = "/run/haproxy/reloads";
/** Where log lines go; see log-buffer.ts. */
export const LOG_SOCKET = "/run/haproxy/log.sock";

/**
 * Loads new files into the running HAProxy without dropping a connection; fails when the new worker didn't come up.
 * Addresses and health of the servers are handed on, so that the new worker doesn't begin by knowing nothing; and then
 * forgotten, because a reload that somebody else causes would believe what was true long ago (tried: 503).
 */
export const RELOAD = `echo 'show servers state' | socat -t5 ${ADMIN_SOCKET} - >${SERVER_STATE}
echo reload | socat -t60 ${MASTER_SOCKET} - | tee /dev/stderr | grep -q '^Success=1'
loaded=$?
echo $loaded >>${RELOAD_RESULTS}
rm -f ${SERVER_STATE}
exit $loaded`;

/** The same for who doesn't know whether HAProxy serves already: at the first start there is nothing to reload. */
export const RELOAD_IF_SERVING = `[ ! -S ${MASTER_SOCKET} ] || { ${RELOAD}; }`;
