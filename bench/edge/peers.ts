/** Other proxies with the edge's job: TLS, one host that leads to the same service, an access log in JSON on stdout. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PORTS } from "../../components/haproxy/render";
import { image } from "../../tests/images";
import type { TestNetwork } from "../../tests/rendered/edge/edge";

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();

export interface Proxy {
  readonly name: string;
  readonly address: string;
  reload(): Promise<unknown>;
  remove(): void;
}

/** The image with the peers and the load generator, from the distribution's packages. */
export function peersImage(): string {
  const args = ["build", "-q", "--network", "host", "--build-arg", `BASE=${image("base")}`, __dirname];
  const env = { ...process.env, DOCKER_BUILDKIT: "0" };
  return execFileSync("docker", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] }).trim();
}

const nginx = (host: string, backend: string) => `worker_processes auto;
error_log stderr;
pid /tmp/nginx.pid;
daemon off;
events { worker_connections 4096; }
http {
  log_format json escape=json '{"time":"$msec","client":"$remote_addr","status":$status,"bytes":$bytes_sent,'
    '"seconds":$request_time,"method":"$request_method","host":"$host","path":"$uri","request_id":"$request_id"}';
  access_log /dev/stdout json;
  upstream service { server ${backend}; keepalive 64; }
  server {
    listen ${PORTS.https} ssl;
    http2 on;
    server_name ${host};
    ssl_certificate /peer/edge.pem;
    ssl_certificate_key /peer/edge.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    keepalive_requests 1000000;
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Request-ID $request_id;
    }
  }
}
`;

const caddy = (host: string, backend: string) => `{
  auto_https off
}
https://${host}:${PORTS.https} {
  tls /peer/edge.pem /peer/edge.pem
  log {
    output stdout
    format json
  }
  reverse_proxy ${backend}
}
`;

const KINDS = {
  nginx: {
    config: nginx,
    start: ["nginx", "-c", "/peer/config"],
    reload: ["nginx", "-c", "/peer/config", "-s", "reload"],
  },
  caddy: {
    config: caddy,
    start: ["caddy", "run", "--config", "/peer/config", "--adapter", "caddyfile"],
    reload: ["caddy", "reload", "--config", "/peer/config", "--adapter", "caddyfile", "--force"],
  },
};

export class Peer implements Proxy {
  readonly address: string;
  private readonly id: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "peer-"));

  constructor(
    readonly name: keyof typeof KINDS,
    network: TestNetwork,
    at: { image: string; host: string; backend: string; certificate: string },
  ) {
    writeFileSync(join(this.folder, "config"), KINDS[name].config(at.host, at.backend));
    writeFileSync(join(this.folder, "edge.pem"), at.certificate);
    const run = [
      "run",
      "-d",
      "--network",
      network.name,
      "--label",
      "io.oneforall.test=edge",
      "--ulimit",
      "nofile=20000",
    ];
    const logs = ["--log-opt", "max-size=10m", "--log-opt", "max-file=3"];
    this.id = docker(...run, ...logs, "-v", `${this.folder}:/peer:ro`, at.image, ...KINDS[name].start);
    this.address = docker("inspect", this.id, "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
  }

  reload(): Promise<unknown> {
    return promisify(execFile)("docker", ["exec", this.id, ...KINDS[this.name].reload]);
  }

  remove(): void {
    docker("rm", "-fv", this.id);
    rmSync(this.folder, { recursive: true });
  }
}
