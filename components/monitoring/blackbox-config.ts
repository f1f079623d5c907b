/** What the blackbox exporter accepts as an answer of a route. */
import type { RouteAccess } from "../core/spec";
import { PORTS } from "../haproxy/render";
import { toYaml } from "./yaml";

/** The edge as its neighbours on the Docker network see it; the name asked for travels as host header and SNI. */
export const EDGE_ADDRESS = `https://haproxy:${PORTS.https}`;

/** The probe for each kind of access. */
export const PROBE_MODULE: Readonly<Record<RouteAccess, string>> = {
  admins: "edge_admins",
  users: "edge_users",
  service: "edge_service",
};

/** What the edge's certificate must verify against: a file of roots, the roots that everybody trusts, or nothing at all. */
export type ProbeTrust = { readonly roots: string } | "public" | "nothing";

/** @param signOn admin pages send people to sign on, instead of asking for the password */
export function renderBlackbox(trust: ProbeTrust, signOn = false): string {
  const probe = (validStatusCodes: readonly number[]) => ({
    prober: "http",
    timeout: "10s",
    http: {
      valid_status_codes: validStatusCodes,
      // A redirect leads to the public name, which is for people's resolvers, not for Docker's.
      follow_redirects: false,
      fail_if_not_ssl: true,
      preferred_ip_protocol: "ip4",
      tls_config: tlsSettings(trust),
    },
  });
  return toYaml({
    modules: {
      // Asking who it is, is what the edge must do here; anything else would be a route without a lock.
      [PROBE_MODULE.admins]: probe([signOn ? 302 : 401]),
      [PROBE_MODULE.users]: probe([401]),
      [PROBE_MODULE.service]: probe([200, 201, 202, 204, 301, 302, 303, 307, 308]),
    },
  });
}

/** Even a certificate that nothing vouches for is measured: how long it lasts is asked of every one. */
function tlsSettings(trust: ProbeTrust): Record<string, string | boolean> {
  if (trust === "public") return {};
  return trust === "nothing" ? { insecure_skip_verify: true } : { ca_file: trust.roots };
}
