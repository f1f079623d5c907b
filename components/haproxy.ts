import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./core/platform";
import { Service } from "./core/service";
import { http, scrape } from "./core/spec";
import { edgeCertificates, type EdgeCertificates, type TlsSecrets } from "./haproxy/certificates";
import { LOG_SYSCTLS, withLogBuffer } from "./haproxy/log-buffer";
import { certificateNames, edgeModel } from "./haproxy/model";
import { BACKENDS, CERTIFICATES, CONFIG, edgeFiles, MASTER_SOCKET, PORTS, RELOAD, USERS } from "./haproxy/render";
import { startPage, startPageServices } from "./haproxy/start-page";
import { TLS_FILE, tlsFiles } from "./haproxy/tls-files";
import { edgeUsers, passwordVersions, USERS_FILE } from "./haproxy/users";
import { haproxyAlerts } from "./monitoring/haproxy-alerts";
import { haproxyDashboard } from "./monitoring/haproxy-dashboard";

/**
 * HAProxy, the only service that listens on the network: every route of every service, behind TLS as edge.tls says. A
 * changed route is a reload, never a new container.
 */
export class HAProxy extends Service {
  /** Root certificate that browsers are told to trust, PEM. */
  readonly authority: pulumi.Output<string>;
  readonly certificates: EdgeCertificates;

  constructor(platform: Platform, secrets: TlsSecrets, opts?: pulumi.ComponentResourceOptions) {
    const { edge, domain } = platform.config;
    const { httpsPort, proxyProtocolFrom, http3, tls, signOn } = edge;
    const settings = { domain, httpsPort, proxyProtocolFrom, http3, acme: tls.mode === "acme", signOn };
    const model = pulumi
      .all([platform.routes.all, platform.streams.all])
      .apply(([routes, streams]) => edgeModel(routes, settings, streams));
    const page = pulumi
      .all([platform.routes.all, platform.services.all, platform.leftOut.all])
      .apply(([routes, services, leftOut]) =>
        startPage(platform.name, startPageServices(pulumi.getStack(), routes, services), leftOut),
      );
    const certificates = edgeCertificates(platform, model.apply(certificateNames), secrets);
    const backends = model.apply(({ backends }) => backends);
    const users = edgeUsers(platform, backends, certificates.issued);

    super(
      platform,
      "haproxy",
      {
        description: "The edge: everything is reached through it",
        image: "haproxy",
        command: withLogBuffer([
          "docker-entrypoint.sh",
          "haproxy",
          "-S",
          `${MASTER_SOCKET},mode,600`,
          "-f",
          `${CONFIG}/current/haproxy.cfg`,
          "-f",
          `${CONFIG}/current/${TLS_FILE}`,
          "-f",
          BACKENDS,
          "-f",
          `${USERS}/${USERS_FILE}`,
        ]),
        publish: [
          { host: edge.httpPort, container: PORTS.http, address: edge.address },
          { host: edge.httpsPort, container: PORTS.https, address: edge.address },
          ...(http3
            ? [{ host: edge.httpsPort, container: PORTS.https, protocol: "udp" as const, address: edge.address }]
            : []),
          ...edge.tcpPorts.map((port) => ({ host: port, container: port, address: edge.address })),
        ],
        routes: [http("haproxy", { port: PORTS.metrics, health: "/-/ready", access: "admins", title: "HAProxy" })],
        health: { command: ["sh", "-c", "echo 'show info' | socat -t2 /run/haproxy/admin.sock - | grep -q ^Uptime"] },
        metrics: [
          scrape(PORTS.metrics, { params: { scope: ["global", "frontend", "backend", "server"] } }),
          scrape(PORTS.metrics, { path: "/reloads" }),
        ],
        alerts: haproxyAlerts,
        dashboards: [haproxyDashboard],
        shares: [
          { volume: certificates.volume, path: CERTIFICATES, ready: certificates.issued },
          { volume: users.volume, path: USERS, ready: users.written },
          { volume: platform.backendsVolume().name, path: BACKENDS, ready: platform.backendsVolume() },
        ],
        tmpfs: { "/run/haproxy": "1MiB", "/var/lib/haproxy": "1MiB" },
        transform: { container: (args) => ({ ...args, sysctls: LOG_SYSCTLS }) },
        liveConfig: {
          directory: CONFIG,
          files: pulumi
            .all([model, page, model.apply(({ backends }) => passwordVersions(platform, backends))])
            .apply(([known, html, versions]) => ({ ...edgeFiles(known, html, versions), ...tlsFiles(tls) })),
          check: `haproxy -c -dW -f "$NEW/haproxy.cfg" -f "$NEW/${TLS_FILE}" -f ${BACKENDS} -f ${USERS}/${USERS_FILE}`,
          reload: RELOAD,
        },
        limits: { memory: "576MiB", openFiles: 20000 },
        // Longer than hard-stop-after: open connections are finished first.
        stopGrace: "65s",
        passwordOutput: "adminPassword",
      },
      opts,
    );
    this.authority = certificates.authority;
    this.certificates = certificates;
  }
}
