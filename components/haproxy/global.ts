/** What holds for the whole edge: the process, and the defaults that sections name. */
import { errorDirectives } from "./error-pages";
import type { EdgeModel } from "./model";
import { SIGN_ON_GLOBAL } from "./sign-on";
import { RELOADS_FILE } from "./reload-metrics";
import { ADMIN_SOCKET, LOG_SOCKET, SERVER_STATE } from "./places";

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

/** HAProxy on an OpenSSL without QUIC of its own needs to be told that less than all of it will do. */
const HTTP3 = `.if !feature(QUIC)
.alert "oneforall:edge.http3 is on, but this HAProxy was built without QUIC; switch it off, or use an image that has it"
.endif
.if feature(QUIC_OPENSSL_COMPAT)
    limited-quic
.endif
`;

/**
 * Server names are resolved while HAProxy runs, and after a reload taken from the state of the process before: libc in
 * `init-addr` would stop the reload for 20 to 30 s for each name that isn't there, where Docker's DNS server has none
 * above that answers (measured).
 */
const SERVER_NAMES = "init-addr last,none resolvers docker resolve-prefer ipv4";

export function globalSections(model: EdgeModel): string {
  return `global
    # No longer than what a pipe takes in one piece.
    log ${LOG_SOCKET} len 4096 format raw local0
    # Files are named relative to this one, so that a new set is checked before it is in place.
    default-path config
    maxconn 9000
    hard-stop-after 60s
    mworker-max-reloads 20
    # Many backends are not all checked in the same moment.
    spread-checks 20
    server-state-file ${SERVER_STATE}
    stats socket ${ADMIN_SOCKET} mode 600 level admin
    lua-load ${RELOADS_FILE}
${model.signOn ? SIGN_ON_GLOBAL : ""}    tune.bufsize 32768
    ssl-default-bind-curves X25519:prime256v1:secp384r1
    ssl-default-bind-ciphers ${CIPHERS}
    ssl-default-bind-ciphersuites ${CIPHERSUITES}
    ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets
${model.http3 ? HTTP3 : ""}
defaults http
    mode http
    load-server-state-from-file global
    log global
    option dontlognull
    option redispatch
    option forwardfor
    # At a reload, an idle connection is closed after its next answer and not under a request that is on its way.
    option idle-close-on-response
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
    default-server check inter 5s fastinter 1s downinter 1s fall 3 rise 1 ${SERVER_NAMES}
${errorDirectives().join("\n")}

defaults tcp
    mode tcp
    load-server-state-from-file global
    log global
    option dontlognull
    option redispatch
    retries 3
    timeout queue 30s
    timeout connect 5s
    timeout client 1h
    timeout server 1h
    timeout client-fin 30s
    timeout server-fin 30s
    timeout check 5s
    default-server check inter 5s fastinter 1s downinter 1s fall 3 rise 1 ${SERVER_NAMES}

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
}
