/** Where clients come in. */
import { MAINTENANCE_PAGE } from "./error-pages";
import type { EdgeModel } from "./model";
import { CERTIFICATE, PORTS } from "./places";
import { networkAcl } from "./quote";
import { signOnRules } from "./sign-on";

/** Within the process: where TLS goes that isn't passed on, once names decide. */
const TERMINATED = "abns@edge-https";

/** One JSON object a request; only in frontends that log, because HAProxy warns about a format that nothing uses. */
const ACCESS_LOG = `    unique-id-format %[uuid()]
    log-format "%{+json}o %(time)Ts %(client)ci %(frontend)ft %(backend)b %(server)s %(status)ST %(bytes)B %(ms)Ta %(method)HM %(host)[var(txn.host)] %(path)HPO %(request_id)ID %(ended)ts"`;
const CONNECTION_LOG = `    log-format "%{+json}o %(time)Ts %(client)ci %(frontend)ft %(backend)b %(server)s %(bytes)B %(ms)Tt %(ended)ts"`;

/** What proxies say and clients must not: addresses, names of users, and paths that some frameworks take for the real one. */
const CLAIMS = [
  ...["X-Forwarded-", "X-WEBAUTH-", "Remote-", "X-Auth-Request-"].map((start) => `${start} -m beg`),
  ...["Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "Proxy"],
];

/** A listening line, and from whom the client's address is believed there. */
export function listening(model: EdgeModel, ...binds: readonly string[]): string[] {
  const trusted = model.proxyProtocolFrom ?? [];
  return [
    ...binds.map((bind) => `    bind ${bind}`),
    ...(trusted.length === 0
      ? []
      : [...networkAcl("in_front", trusted), "    tcp-request connection expect-proxy layer4 if in_front"]),
  ];
}

/** The same for a port of a TCP route, which has no request to log. */
export function listeningTcp(model: EdgeModel): (port: number) => string[] {
  return (port) => [...listening(model, `:${port}`), CONNECTION_LOG];
}

/** Plain HTTP only leads to HTTPS. */
export function httpFrontend(model: EdgeModel): string {
  const port = model.httpsPort === 443 ? "" : `:${model.httpsPort}`;
  const challenge = "{ path_beg /.well-known/acme-challenge/ }";
  return `frontend fe_http from http
${listening(model, `:${PORTS.http}`).join("\n")}
${ACCESS_LOG}
    http-request set-var(txn.host) req.hdr(host),host_only,lower
    http-request deny deny_status 400 unless { var(txn.host),length gt 0 }
    http-request redirect location https://%[var(txn.host)]${port}%[pathq] code 308${model.acme ? ` unless ${challenge}` : ""}
${model.acme ? `    use_backend be_acme if ${challenge}\n` : ""}`;
}

/** The certificate authority's challenges, answered by the one who asked for a certificate. */
export const ACME_BACKEND = `backend be_acme from http
    # It listens only while a challenge is under way.
    server acme acme:8402 no-check
`;

/**
 * TLS by the name that a client asks for, where a service does its own. Without such a service HTTPS is served directly:
 * the way through here costs every connection a little.
 */
export function tlsFrontend(model: EdgeModel): string {
  return `frontend fe_tls from tcp
${listening(model, `:${PORTS.https}`).join("\n")}
    no log
    tcp-request inspect-delay 5s
    tcp-request content accept if { req.ssl_hello_type 1 }
    tcp-request content reject if WAIT_END
    use_backend %[req.ssl_sni,lower,map_str(tls-hosts.map)] if { req.ssl_sni,lower,map_str(tls-hosts.map) -m found }
    use_backend %[req.ssl_sni,lower,map_end(tls-wildcards.map)] if { req.ssl_sni,lower,map_end(tls-wildcards.map) -m found }
    default_backend be_https

# TLS that is ours: on to fe_https, with the client's address.
backend be_https from tcp
    server here ${TERMINATED} send-proxy-v2 no-check
`;
}

const ADMIN_PASSWORD = `    # Whatever isn't declared open asks for the admin password.
    http-request auth realm oneforall if !open !{ http_auth(admins) }
    # It was ours; the service behind has no use for it.
    http-request del-header Authorization if !open
`;

export function httpsFrontend(model: EdgeModel, behindTls: boolean): string {
  const tls = `ssl crt ${CERTIFICATE}`;
  const quic = model.http3 ? [`quic4@:${PORTS.https} ${tls} alpn h3`] : [];
  const binds = behindTls
    ? [`${TERMINATED} accept-proxy ${tls} alpn h2,http/1.1`, ...quic].map((bind) => `    bind ${bind}`)
    : listening(model, `:${PORTS.https} ${tls} alpn h2,http/1.1`, ...quic);
  return `frontend fe_https from http
${binds.join("\n")}
${ACCESS_LOG}
    # What clients claim about themselves is dropped before we say what we know. A name with an underscore
    # reads like one with a dash to many programs.
${CLAIMS.map((header) => `    http-request del-header ${header}\n`).join("")}    http-request del-header _ -m sub
    http-request set-header X-Forwarded-Proto https
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    http-request set-header X-Forwarded-Port ${model.httpsPort}
    http-request set-header X-Real-IP %[src]
    http-request set-header X-Request-ID %[unique-id]
    # A path is compared as the service will read it: decoded, without doubled slashes. Dots would lead out of it.
    http-request set-var(txn.host) req.hdr(host),host_only,lower
    http-request set-var(txn.path) path,url_dec,regsub(/+,/,g)
    http-request set-var(txn.path) var(txn.path),concat(/)
    http-request deny deny_status 400 if { var(txn.path) -m sub /../ /./ }
    http-request set-var(txn.backend) var(txn.host),concat(,txn.path),map_beg(paths.map)
    http-request set-var(txn.backend) var(txn.host),map_str(hosts.map) if !{ var(txn.backend) -m found }
    http-request set-var(txn.backend) var(txn.host),map_end(wildcards.map) if !{ var(txn.backend) -m found }
    acl start_page var(txn.host) -m str ${model.domain}
    acl known var(txn.backend) -m found
    acl open var(txn.backend) -m str -f open.lst
    http-request deny deny_status 404 if !known !start_page
${model.signOn ? signOnRules(model) : ADMIN_PASSWORD}    http-request return status 200 content-type "text/html; charset=utf-8" lf-file index.html hdr Cache-Control no-store if start_page { path / }
    http-request deny deny_status 404 if start_page
    http-request return status 503 content-type "text/html; charset=utf-8" lf-file ${MAINTENANCE_PAGE} hdr Retry-After 300 if { var(txn.backend) -m str -f maintenance.lst }
    http-after-response set-header Strict-Transport-Security "max-age=63072000"
    http-after-response set-header X-Content-Type-Options nosniff
    http-after-response set-header Referrer-Policy strict-origin-when-cross-origin unless { res.hdr(Referrer-Policy) -m found }
    http-after-response set-header X-Request-ID %[unique-id]
${model.http3 ? `    http-after-response set-header Alt-Svc 'h3=":${model.httpsPort}"; ma=86400'\n` : ""}    http-response del-header Server
    http-response del-header X-Powered-By
    use_backend %[var(txn.backend)] if known
    default_backend be_none
`;
}

export const METRICS_FRONTEND = `frontend fe_metrics from http
    bind :${PORTS.metrics}
    no log
    http-request return status 200 content-type text/plain string ok if { path /-/ready }
    http-request use-service prometheus-exporter if { path /metrics }
    http-request use-service lua.reloads if { path /reloads }
    stats enable
    stats uri /
    stats refresh 10s
    stats show-legends
`;

export const NO_BACKEND = `backend be_none from http
    http-request deny deny_status 404
`;
