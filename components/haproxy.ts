import * as pulumi from "@pulumi/pulumi";
import { dockerName } from "./core/naming";
import { onHost } from "./core/exec";
import type { Platform } from "./core/platform";
import { Service } from "./core/service";
import { http, scrape } from "./core/spec";
import { madeImage, plainVolume } from "./core/volumes";
import { certificateNames, edgeModel } from "./haproxy/model";
import { adminUsers, edgeFiles, MASTER_SOCKET, PORTS } from "./haproxy/render";
import { startPage, startPageServices } from "./haproxy/start-page";
import { haproxyAlerts } from "./monitoring/haproxy-alerts";
import { haproxyDashboard } from "./monitoring/haproxy-dashboard";

const CONFIG = "/usr/local/etc/haproxy";
const CERTIFICATES = "/usr/local/etc/haproxy-certificates";

/** Loads new files into the running HAProxy without dropping a connection; fails when the new worker didn't come up. */
const RELOAD = `echo reload | socat -t60 ${MASTER_SOCKET} - | tee /dev/stderr | grep -q '^Success=1'`;

/**
 * HAProxy, the only service that listens on the network: every route of every service, behind TLS from the platform's
 * own authority. A changed route is a reload, never a new container.
 */
export class HAProxy extends Service {
  /** Root certificate that browsers are told to trust, PEM. */
  readonly authority: pulumi.Output<string>;

  constructor(platform: Platform, opts?: pulumi.ComponentResourceOptions) {
    const { edge, domain } = platform.config;
    const model = platform.routes.all.apply((routes) => edgeModel(routes, { domain, httpsPort: edge.httpsPort }));
    const page = pulumi
      .all([platform.routes.all, platform.services.all, platform.leftOut.all])
      .apply(([routes, services, leftOut]) => startPage(platform.name, startPageServices(routes, services), leftOut));
    const certificates = platformCertificates(platform, model.apply(certificateNames));
    const password = platform.secret("adminPassword");

    super(
      platform,
      "haproxy",
      {
        description: "The edge: everything is reached through it",
        image: "haproxy",
        command: [
          "haproxy",
          "-S",
          `${MASTER_SOCKET},mode,600`,
          "-f",
          `${CONFIG}/current/haproxy.cfg`,
          "-f",
          "/run/secrets/users.cfg",
        ],
        publish: [
          { host: edge.httpPort, container: PORTS.http, address: edge.address },
          { host: edge.httpsPort, container: PORTS.https, address: edge.address },
        ],
        routes: [http("haproxy", { port: PORTS.metrics, health: "/-/ready", access: "admins", title: "HAProxy" })],
        health: { command: ["sh", "-c", "echo 'show info' | socat -t2 /run/haproxy/admin.sock - | grep -q ^Uptime"] },
        metrics: [scrape(PORTS.metrics, { params: { scope: ["frontend", "backend", "server"] } })],
        alerts: haproxyAlerts,
        dashboards: [haproxyDashboard],
        secrets: [{ name: "users.cfg", content: password.content.apply(adminUsers), version: password.version }],
        shares: [{ volume: certificates.volume, path: CERTIFICATES, ready: certificates.issued }],
        tmpfs: { "/run/haproxy": "1MiB", "/var/lib/haproxy": "1MiB" },
        liveConfig: {
          directory: CONFIG,
          files: pulumi.all([model, page]).apply(([known, html]) => edgeFiles(known, html)),
          check: 'haproxy -c -dW -f "$NEW/haproxy.cfg" -f /run/secrets/users.cfg',
          reload: RELOAD,
        },
        limits: { memory: "512MiB", openFiles: 20000 },
        // Longer than hard-stop-after: open connections are finished first.
        stopGrace: "65s",
        passwordOutput: "adminPassword",
      },
      opts,
    );
    this.authority = certificates.authority;
  }
}

/** The platform's authority and the edge's certificate, both issued on the host: no certificate depends on when a plan was made. */
function platformCertificates(platform: Platform, names: pulumi.Output<string[]>) {
  const host = platform.mainHost;
  const image = platform.images.resolve("haproxy", host);
  const owner = { platform: platform.name, service: "edge", host, image, parent: host };
  const [keys, volume] = [plainVolume(owner, "authority"), plainVolume(owner, "certificates")];
  const made = onHost(
    "edge-authority-made",
    host,
    ["authority", dockerName(platform.name, "edge", "authority"), image.ref, `${platform.name} authority`],
    { stdin: platform.secrets.privateKey("authority").content },
    { parent: host, dependsOn: [keys, ...madeImage(image)] },
  );
  const issued = onHost(
    "edge-certificate-issued",
    host,
    [
      "certificate",
      dockerName(platform.name, "edge", "authority"),
      dockerName(platform.name, "edge", "certificates"),
      image.ref,
      image.entry.user,
      dockerName(platform.name, "haproxy"),
      RELOAD,
    ],
    { stdin: names.apply((all) => all.map((name) => `${name}\n`).join("")) },
    { parent: host, dependsOn: [made, volume] },
  );
  // A certificate is public; it only passed through a command that was given a secret.
  return { volume: volume.name, issued, authority: pulumi.unsecret(made.stdout) };
}
