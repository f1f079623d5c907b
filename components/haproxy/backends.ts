/** The sections of what the edge routes to. All that is special to one route is in its own section, so that no request pays for the others. */
import type { Backend, Stream } from "./model";
import { networkAcl, quoteFormat } from "./quote";

/** The whole section of a backend. A rolling one has slots in place of its server; host-scripts/rollout fills them. */
export function renderBackend(backend: Backend): string {
  return section(backend, "http", [
    ...admission(backend),
    ...rewriting(backend),
    ...Object.entries(backend.responseHeaders)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([header, value]) => `    http-after-response set-header ${header} ${quoteFormat(value)}`),
    ...(backend.tunnelSeconds === undefined ? [] : [`    timeout tunnel ${backend.tunnelSeconds}s`]),
    ...(backend.redirect === undefined ? serving(backend) : []),
  ]);
}

/** The section of a stream, and the frontend of one that has a port of its own. */
export function renderStream(stream: Stream, listen: (port: number) => readonly string[]): string {
  const { name, service, by, server, allow, sendProxy, idleSeconds } = stream;
  const options = sendProxy ? " send-proxy-v2" : "";
  const backend = section(stream, "tcp", [
    ...restriction(allow, "tcp-request content reject"),
    `    timeout server ${idleSeconds}s`,
    `    timeout tunnel ${idleSeconds}s`,
    `    server ${service} ${server}${options}`,
  ]);
  if (!("port" in by)) return backend;
  const frontend = [
    `frontend fe_${name.slice("be_".length)} from tcp`,
    ...listen(by.port),
    `    timeout client ${idleSeconds}s`,
    `    default_backend ${name}`,
  ];
  return `${frontend.join("\n")}\n\n${backend}`;
}

function section(of: { readonly name: string; readonly service: string }, defaults: string, lines: readonly string[]) {
  return `# service ${of.service}\nbackend ${of.name} from ${defaults}\n${lines.map((line) => `${line}\n`).join("")}`;
}

function restriction(allow: readonly string[], refusal: string): string[] {
  return allow.length === 0 ? [] : [...networkAcl("allowed", allow), `    ${refusal} if !allowed`];
}

/** Who gets in: first from where, then how often, then who, then with what. */
function admission({ name, allow, rateLimit, access, maxBodyBytes }: Backend): string[] {
  const lines = restriction(allow, "http-request deny deny_status 403");
  if (rateLimit) {
    const { requests, seconds } = rateLimit;
    lines.push(
      `    stick-table type ipv6 size 100k expire ${seconds}s store http_req_rate(${seconds}s)`,
      // Whoever has an IPv6 address has all of its /64.
      "    http-request track-sc0 src,ipmask(32,64)",
      `    http-request set-var(txn.retry_after) int(${seconds})`,
      `    http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${requests} }`,
    );
  }
  if (access === "users") {
    const list = userList(name);
    lines.push(
      `    http-request auth realm ${name.slice("be_".length)} if !{ http_auth(${list}) }`,
      "    http-request del-header Authorization",
    );
  }
  if (maxBodyBytes !== undefined) {
    const refuse =
      '    http-request return status 411 content-type text/plain string "Say how long the request is.\\n"';
    lines.push(
      // HTTP/1 says that it will not tell; HTTP/2 says nothing, with or without a body.
      `${refuse} if { req.hdr(transfer-encoding) -m found }`,
      `${refuse} if !{ req.ver 1.0 1.1 } !{ req.hdr(content-length) -m found } !{ method GET HEAD OPTIONS DELETE }`,
      `    http-request deny deny_status 413 if { req.hdr_val(content-length) gt ${maxBodyBytes} }`,
    );
  }
  return lines;
}

/** HAProxy's name for those who may use a backend. */
export function userList(backend: string): string {
  return `users_${backend.slice("be_".length)}`;
}

function rewriting({ path, strip, redirect }: Backend): string[] {
  if (redirect !== undefined) {
    // A target without a path of its own keeps the request's.
    const kept = /^https?:\/\/[^/?#]+$/.test(redirect) ? '"%[pathq]"' : "";
    return [`    http-request redirect location ${quoteFormat(redirect)}${kept} code 302`];
  }
  if (!strip || path === undefined) return [];
  return [
    `    http-request set-header X-Forwarded-Prefix ${path}`,
    `    http-request replace-path '^${path.replaceAll(".", "\\.")}/?(.*)$' '/\\1'`,
  ];
}

function serving(backend: Backend): string[] {
  const { service, server, health, hosts, sticky, sendProxy, rolling, replicas } = backend;
  // A wildcard has no host of its own; any name below it will do.
  const host = hosts[0]?.replace("*.", "health.") ?? "";
  const options = (id: string) =>
    `${sticky ? ` cookie ${id}` : ""}${sendProxy ? " send-proxy-v2 check-send-proxy" : ""}`;
  const port = server.slice(server.lastIndexOf(":") + 1);
  const slots = Array.from({ length: Math.max(4, 2 * replicas) }, (_, index) => index + 1);
  return [
    "    option httpchk",
    `    http-check send meth GET uri ${health} ver HTTP/1.1 hdr Host ${host}`,
    "    http-check expect rstatus ^[23]",
    ...(sticky
      ? [
          `    cookie oneforall-${backend.name.slice("be_".length)} insert indirect nocache httponly secure attr SameSite=Lax`,
        ]
      : []),
    ...(rolling
      ? slots.map((slot) => `    server s${slot} @${slot}@:${port}${options(`s${slot}`)}`)
      : [`    server ${service} ${server}${options(service)}`]),
  ];
}
