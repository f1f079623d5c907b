/**
 * The edge's files. One text for the HAProxy of Debian (3.0) and the current upstream LTS; checked by `haproxy -c -dW` of
 * the very HAProxy that serves. Facts: reference operations.md §1.
 */
import type { Backend, EdgeModel } from "./model";

/** Ports inside the container: above 1024, so that it needs no capability. */
export const PORTS = { http: 8080, https: 8443, metrics: 8404 } as const;

export const CERTIFICATE = "/usr/local/etc/haproxy-certificates/edge.pem";
export const MASTER_SOCKET = "/run/haproxy/master.sock";

/** Loads new files into the running HAProxy without dropping a connection; fails when the new worker didn't come up. */
export const RELOAD = `echo reload | socat -t60 ${MASTER_SOCKET} - | tee /dev/stderr | grep -q '^Success=1'`;

/** Mozilla's intermediate guideline 5.8, without the post-quantum curve: OpenSSL before 3.5 refuses to start with it. */
const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");
const CIPHERSUITES = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

/** All files of the edge, by their path below `current/`. */
export function edgeFiles(model: EdgeModel, startPage: string): Record<string, string> {
  return {
    "haproxy.cfg": haproxyConfig(model),
    "hosts.map": lines(model.backends.map((backend) => `${backend.hostName} ${backend.name}`)),
    "open.lst": lines(model.backends.filter((b) => b.access === "service").map((backend) => backend.name)),
    "index.html": startPage,
  };
}

/** The users that admin routes ask for. A secret file: its password is plain, so that no request costs a slow hash. */
export function adminUsers(password: string): string {
  return `userlist admins\n    user admin insecure-password ${password}\n`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

export function haproxyConfig(model: EdgeModel): string {
  return [GLOBAL, httpFrontend(model), httpsFrontend(model), METRICS, NO_BACKEND, ...model.backends.map(backend)].join(
    "\n",
  );
}

/** One JSON object a request; only in frontends that log, because HAProxy warns about a format that nothing uses. */
const ACCESS_LOG = `    unique-id-format %[uuid()]
    log-format "%{+json}o %(time)Ts %(client)ci %(frontend)ft %(backend)b %(server)s %(status)ST %(bytes)B %(ms)Ta %(method)HM %(host)[var(txn.host)] %(path)HPO %(request_id)ID %(ended)ts"`;

const GLOBAL = `global
    log stdout format raw local0
    # Files are named relative to this one, so that a new set is checked before it is in place.
    default-path config
    maxconn 9000
    hard-stop-after 60s
    mworker-max-reloads 20
    stats socket /run/haproxy/admin.sock mode 600 level admin
    tune.bufsize 32768
    ssl-default-bind-curves X25519:prime256v1:secp384r1
    ssl-default-bind-ciphers ${CIPHERS}
    ssl-default-bind-ciphersuites ${CIPHERSUITES}
    ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets

defaults http
    mode http
    log global
    option dontlognull
    option redispatch
    option forwardfor
    retries 3
    timeout http-request 10s
    timeout http-keep-alive 15s
    timeout queue 30s
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout client-fin 30s
    timeout tunnel 1h
    timeout check 5s
    default-server check inter 5s fastinter 1s downinter 1s fall 3 rise 1 init-addr last,none resolvers docker resolve-prefer ipv4

resolvers docker
    nameserver dns 127.0.0.11:53
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold valid 1s
    hold obsolete 5s
    hold nx 5s
    hold other 10s
    hold refused 10s
    hold timeout 10s
`;

function httpFrontend(model: EdgeModel): string {
  const port = model.httpsPort === 443 ? "" : `:${model.httpsPort}`;
  return `frontend fe_http from http
    bind :${PORTS.http}
${ACCESS_LOG}
    http-request set-var(txn.host) req.hdr(host),host_only,lower
    http-request redirect location https://%[var(txn.host)]${port}%[capture.req.uri] code 308
`;
}

function httpsFrontend(model: EdgeModel): string {
  return `frontend fe_https from http
    bind :${PORTS.https} ssl crt ${CERTIFICATE} alpn h2,http/1.1
${ACCESS_LOG}
    # What clients claim about themselves is dropped before we say what we know.
    http-request del-header X-Forwarded-For
    http-request del-header X-Forwarded-Host
    http-request del-header X-WEBAUTH-USER
    http-request del-header Remote-User
    http-request set-var(txn.host) req.hdr(host),host_only,lower
    http-request set-var(txn.backend) var(txn.host),map_str(hosts.map)
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    http-request set-header X-Real-IP %[src]
    http-request set-header X-Request-ID %[unique-id]
    acl start_page var(txn.host) -m str ${model.domain}
    acl known var(txn.backend) -m found
    acl open var(txn.backend) -m str -f open.lst
    acl admin http_auth(admins)
    http-request return status 404 content-type text/plain string "No such service here.\\n" if !known !start_page
    # Whatever isn't declared open asks for the admin password.
    http-request auth realm oneforall if !open !admin
    # It was ours; the service behind has no use for it.
    http-request del-header Authorization if !open
    http-request return status 200 content-type "text/html; charset=utf-8" file index.html if start_page { path / }
    http-request return status 404 content-type text/plain string "No such page here.\\n" if start_page
    http-after-response set-header Strict-Transport-Security "max-age=63072000"
    http-after-response set-header X-Content-Type-Options nosniff
    http-after-response set-header Referrer-Policy strict-origin-when-cross-origin
    http-response del-header Server
    http-response del-header X-Powered-By
    use_backend %[var(txn.backend)] if known
    default_backend be_none
`;
}

const METRICS = `frontend fe_metrics from http
    bind :${PORTS.metrics}
    no log
    http-request return status 200 content-type text/plain string ok if { path /-/ready }
    http-request use-service prometheus-exporter if { path /metrics }
    stats enable
    stats uri /
    stats refresh 10s
    stats show-legends
`;

const NO_BACKEND = `backend be_none from http
    http-request deny deny_status 404
`;

function backend(b: Backend): string {
  return `# service ${b.service}
backend ${b.name} from http
    option httpchk
    http-check send meth GET uri ${b.health} ver HTTP/1.1 hdr Host ${b.hostName}
    http-check expect rstatus ^[23]
    server ${b.service} ${b.server}
`;
}
