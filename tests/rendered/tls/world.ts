/**
 * An internet of the test's own: a name server, an ACME server (pebble), the real HAProxy with the platform's scripts and
 * files, and the ACME client in its real image.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { acmeSettings } from "../../../components/acme";
import { derivePrivateKey } from "../../../components/core/secrets";
import { packTextFiles } from "../../../components/core/text-files";
import { LOG_SYSCTLS, withLogBuffer } from "../../../components/haproxy/log-buffer";
import { edgeModel } from "../../../components/haproxy/model";
import {
  BACKENDS,
  CERTIFICATES,
  CONFIG,
  edgeFiles,
  MASTER_SOCKET,
  RELOAD,
  RELOAD_IF_SERVING,
  USERS,
} from "../../../components/haproxy/render";
import { tlsConfig, type TlsConfig } from "../../../components/haproxy/tls-config";
import { TLS_FILE, tlsFiles } from "../../../components/haproxy/tls-files";
import { adminUsers, USERS_FILE } from "../../../components/haproxy/users";
import { EDGE_ADDRESS, renderBlackbox } from "../../../components/monitoring/blackbox-config";
import { exampleRoutes } from "../../examples";
import { image } from "../../images";
import { visitors, type Visitors } from "./visitors";

const SCRIPTS = join(__dirname, "../../../components/core/host-scripts");
const ACME_SERVER = join(__dirname, "../../acme-server");
const PEBBLE_PORT = 14000;

export const DOMAIN = "example.test";
/** The names that the example platform serves. */
export const NAMES = ["chat.example.test", DOMAIN, "prometheus.example.test"];
export const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
export const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export async function until<T>(what: string, seconds: number, look: () => T | undefined | Promise<T | undefined>) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(0.5);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** What somebody who connects is shown. */
export interface Shown {
  readonly issuer: string;
  readonly names: readonly string[];
  readonly fingerprint: string;
  /** When it ends, in seconds since 1970. */
  readonly ends: number;
}

export interface Outcome {
  readonly status: number | null;
  readonly said: string;
}

let worlds = 0;

export class World {
  readonly platform = `oneforall-tls-${process.pid}-${++worlds}`;
  readonly haproxy = `${this.platform}-haproxy`;
  readonly acme = `${this.platform}-acme`;
  private readonly root = mkdtempSync(join(tmpdir(), "tls-"));
  private readonly home = join(this.root, this.platform);
  private readonly model = (acme: boolean) => edgeModel(exampleRoutes, { domain: DOMAIN, httpsPort: 443, acme });
  private server = "";

  constructor() {
    mkdirSync(join(this.home, "lib"), { recursive: true });
    chmodSync(this.root, 0o755);
    for (const name of readdirSync(SCRIPTS)) {
      copyFileSync(join(SCRIPTS, name), join(this.home, "lib", name));
      chmodSync(join(this.home, "lib", name), 0o555);
    }
    // Nothing here may ask the world outside.
    docker("network", "create", "--internal", "--label", this.label, this.platform);
    for (const name of ["authority", "certificates", "config", "acme-config", "acme-data", "secrets"]) {
      docker("volume", "create", "--label", this.label, this.volume(name));
    }
  }

  private get label(): string {
    return `io.oneforall.platform=${this.platform}`;
  }

  volume(name: string): string {
    return `${this.platform}-${name}`;
  }

  /** A script of the platform, as the program runs it on a host; visitors go on meanwhile. */
  script(name: string, args: readonly string[], input = ""): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const script = spawn(join(this.home, "lib", name), args);
      let said = "";
      for (const stream of [script.stdout, script.stderr]) stream.on("data", (text) => (said += String(text)));
      script.on("error", reject);
      script.on("close", (status) => resolve({ status, said }));
      script.stdin.end(input);
    });
  }

  remove(): void {
    for (const id of this.mine("ps", "-a")) docker("rm", "-fv", id);
    for (const id of this.mine("volume", "ls")) docker("volume", "rm", id);
    docker("network", "rm", this.platform);
    // Another run of these tests may use the same image.
    if (this.server) spawnSync("docker", ["image", "rm", this.server]);
    rmSync(this.root, { recursive: true, force: true });
  }

  private mine(...what: string[]): string[] {
    return docker(...what, "--filter", `label=${this.label}`, "-q")
      .split("\n")
      .filter(Boolean);
  }

  private run(name: string, image: string, options: readonly string[], command: readonly string[]): void {
    const network = ["--network", this.platform, "--network-alias", name];
    docker(
      "run",
      "-d",
      "--name",
      `${this.platform}-${name}`,
      "--label",
      this.label,
      ...network,
      ...options,
      image,
      ...command,
    );
  }

  address(name: string): string {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return docker("inspect", "--format", format, `${this.platform}-${name}`);
  }

  private folder(name: string, files: Record<string, string>): string {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return folder;
  }

  private get serverImage(): string {
    if (!this.server) {
      const args = ["build", "-q", "--network", "host", "--build-arg", `BASE=${image("base")}`, ACME_SERVER];
      const env = { ...process.env, DOCKER_BUILDKIT: "0" };
      this.server = execFileSync("docker", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] }).trim();
    }
    return this.server;
  }

  /** All names under the domain lead to HAProxy; who has the key may change the zone. */
  startNameServer(): { readonly credentials: string } {
    const secret = Buffer.from(createHash("sha256").update(this.platform).digest()).toString("base64");
    const folder = this.folder("dns", {
      "named.conf": `options { directory "/tmp"; pid-file none; session-keyfile none; recursion no; dnssec-validation no; listen-on-v6 { none; }; };
controls { };
key "acme" { algorithm hmac-sha256; secret "${secret}"; };
zone "${DOMAIN}" { type primary; file "/tmp/zone"; update-policy { grant acme subdomain ${DOMAIN}. TXT; }; };
`,
      zone: `$TTL 1
@ IN SOA ns.${DOMAIN}. hostmaster.${DOMAIN}. 1 60 60 60 1
@ IN NS ns.${DOMAIN}.
@ IN A ${this.address("haproxy")}
ns IN A 127.0.0.1
* IN A ${this.address("haproxy")}
`,
    });
    const start = "cp /etc/test/zone /tmp/zone && exec named -g -c /etc/test/named.conf";
    this.run("dns", this.serverImage, ["-v", `${folder}:/etc/test:ro`], ["sh", "-c", start]);
    return {
      credentials: `dns_rfc2136_server = ${this.address("dns")}
dns_rfc2136_port = 53
dns_rfc2136_name = acme
dns_rfc2136_secret = ${secret}
dns_rfc2136_algorithm = HMAC-SHA256
`,
    };
  }

  /** An ACME server; gives the certificate that its own https is to be trusted by. */
  startAcmeServer(options: { readonly validity: number; readonly account?: { id: string; key: string } }): string {
    const folder = this.folder("pebble", {});
    const subject = ["-subj", "/CN=pebble", "-addext", "subjectAltName=DNS:pebble"];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", join(folder, "key.pem")];
    const stdio = ["ignore", "ignore", "ignore"] as const;
    execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, ...subject, "-out", join(folder, "cert.pem")], {
      stdio: [...stdio],
    });
    const { account } = options;
    const pebble = {
      listenAddress: `0.0.0.0:${PEBBLE_PORT}`,
      managementListenAddress: "0.0.0.0:15000",
      certificate: "/etc/test/cert.pem",
      privateKey: "/etc/test/key.pem",
      // HAProxy's port in its container; the host's port 80 leads there.
      httpPort: 8080,
      tlsPort: 8443,
      certificateValidityPeriod: options.validity,
      externalAccountBindingRequired: account !== undefined,
      externalAccountMACKeys: account ? { [account.id]: account.key } : {},
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ pebble }));
    // Refused nonces and reused validations are pebble's dice; a test wants neither.
    const dice = ["-e", "PEBBLE_VA_NOSLEEP=1", "-e", "PEBBLE_WFE_NONCEREJECT=0", "-e", "PEBBLE_AUTHZREUSE=0"];
    const command = ["pebble", "-config", "/etc/test/config.json", "-dnsserver", `${this.address("dns")}:53`];
    this.run("pebble", this.serverImage, [...dice, "-v", `${folder}:/etc/test:ro`], command);
    return readFileSync(join(folder, "cert.pem"), "utf8");
  }

  /** Orders that the ACME server was asked for since it started. */
  orders(): number {
    const { stdout, stderr } = spawnSync("docker", ["logs", `${this.platform}-pebble`], { encoding: "utf8" });
    return (stdout + stderr).split("\n").filter((line) => line.includes("POST /order-plz")).length;
  }

  /** The platform's own authority and certificate, as the program makes them. */
  async issueInternal(mode: readonly "acme"[] = [], names = NAMES): Promise<Outcome> {
    const key = derivePrivateKey("a seed", "authority", 1);
    const made = await this.script("authority", [this.volume("authority"), image("haproxy"), "test authority"], key);
    if (made.status !== 0) return made;
    const volumes = [this.volume("authority"), this.volume("certificates")];
    const args = [...volumes, image("haproxy"), "99:99", "edge.pem", this.haproxy, RELOAD_IF_SERVING, ...mode];
    return this.script("certificate", args, names.map((name) => `${name}\n`).join(""));
  }

  provide(pem: string) {
    return this.script(
      "provided-certificate",
      [this.volume("certificates"), image("haproxy"), "99:99", this.haproxy, RELOAD],
      pem,
    );
  }

  /** The edge, started as its component starts it. */
  async startHaproxy(tls: TlsConfig): Promise<void> {
    const users = this.folder("users", { [USERS_FILE]: adminUsers("secret") });
    const backends = this.folder("backends", {});
    const fixed = ["-v", `${users}:${USERS}:ro`, "-v", `${backends}:${BACKENDS}:ro`];
    const volumes = [
      "-v",
      `${this.volume("certificates")}:${CERTIFICATES}:ro`,
      "-v",
      `${this.volume("config")}:${CONFIG}:ro`,
    ];
    const run = "rw,noexec,nosuid,nodev,size=1m,uid=99,gid=99,mode=0750";
    const own = ["--tmpfs", `/run/haproxy:${run}`, "--tmpfs", `/var/lib/haproxy:${run}`, "--tmpfs", "/tmp"];
    const hardening = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"];
    const files = [
      `${CONFIG}/current/haproxy.cfg`,
      `${CONFIG}/current/${TLS_FILE}`,
      BACKENDS,
      `${USERS}/${USERS_FILE}`,
    ];
    const start = `until [ -e ${CONFIG}/current ]; do sleep 0.2; done; exec docker-entrypoint.sh "$@"`;
    const haproxy = ["haproxy", "-S", `${MASTER_SOCKET},mode,600`, ...files.flatMap((file) => ["-f", file])];
    const command = withLogBuffer(["docker-entrypoint.sh", ...haproxy]);
    const sysctls = Object.entries(LOG_SYSCTLS).flatMap(([name, value]) => ["--sysctl", `${name}=${value}`]);
    const options = [...volumes, ...fixed, ...own, ...hardening, ...sysctls, "--entrypoint", "/bin/sh"];
    this.run("haproxy", image("haproxy"), options, ["-c", start, "haproxy", ...command]);
    const check = `haproxy -c -dW -f "$NEW/haproxy.cfg" -f "$NEW/${TLS_FILE}" -f ${BACKENDS} -f ${USERS}/${USERS_FILE}`;
    const all = {
      ...edgeFiles(this.model(tls.mode === "acme"), "<!doctype html><title>start</title>\n"),
      ...tlsFiles(tls),
    };
    const packed = packTextFiles(Object.entries(all).map(([path, content]) => ({ path, content })));
    const args = [this.haproxy, this.volume("config"), image("haproxy"), CONFIG, check, RELOAD];
    const { status, said } = await this.script("live", args, packed);
    if (status !== 0) throw new Error(said);
  }

  /** The ACME client, started as its component starts it, but looking every few seconds. */
  async startAcme(secrets: Readonly<Record<string, string>> = {}): Promise<void> {
    const files = Object.entries(secrets).map(([path, content]) => ({ path, content, mode: "0400" }));
    await this.script("files", [this.volume("secrets"), image("certbot"), "99:99"], packTextFiles(files));
    const places = { "acme-data": "/var/lib/acme", certificates: "/certificates" };
    const written = Object.entries(places).flatMap(([name, place]) => ["-v", `${this.volume(name)}:${place}`]);
    const read = [
      "-v",
      `${this.volume("acme-config")}:/etc/acme:ro`,
      "-v",
      `${this.volume("secrets")}:/run/secrets:ro`,
    ];
    const own = ["--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=64m,uid=99,gid=99,mode=0750"];
    const hardening = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "-m", "256m"];
    this.run("acme", image("certbot"), [...written, ...read, ...own, ...hardening], ["keep", "5"]);
  }

  stopAcme(): void {
    docker("rm", "-fv", this.acme);
  }

  /** Gives the client its settings and waits for what comes of them, as `up` does. */
  async ask(config: object, names: readonly string[] = NAMES): Promise<Outcome> {
    const tls = tlsConfig.parse({ mode: "acme", email: "ops@example.org", acceptTerms: true, ...config });
    if (tls.mode !== "acme") throw new Error("not acme");
    const settings = acmeSettings({ ...tls, directory: `https://pebble:${PEBBLE_PORT}/dir` }, names);
    const check = 'acme check "$NEW/settings.json"';
    const args = [this.acme, this.volume("acme-config"), image("certbot"), "/etc/acme", check, "true"];
    const live = await this.script("live", args, packTextFiles([{ path: "settings.json", content: settings }]));
    if (live.status !== 0) throw new Error(live.said);
    return this.script("acme-outcome", [this.acme, "150"], settings);
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://${this.address("acme")}:8403/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  }

  /** The exporter that asks for routes, as its component starts it where nothing vouches for the certificate. */
  startProbes(): void {
    const folder = this.folder("probes", { "config.yml": renderBlackbox("nothing") });
    const options = ["-v", `${folder}:/etc/blackbox_exporter:ro`];
    this.run("probes", image("blackbox-exporter"), options, ["--config.file=/etc/blackbox_exporter/config.yml"]);
  }

  /** When the certificate on the wire ends, as Prometheus is told; in seconds since 1970. */
  async probedExpiry(): Promise<number> {
    const question = new URLSearchParams({
      module: "edge_admins",
      target: EDGE_ADDRESS,
      hostname: "chat.example.test",
    });
    const text = await (await fetch(`http://${this.address("probes")}:9115/probe?${question.toString()}`)).text();
    return Number(/^probe_ssl_earliest_cert_expiry (\S+)$/m.exec(text)?.[1]);
  }

  shown(name = "chat.example.test"): Promise<Shown> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: this.address("haproxy"),
        port: 8443,
        servername: name,
        rejectUnauthorized: false,
      });
      socket.setTimeout(5000, () => socket.destroy(new Error("no TLS within 5 s")));
      socket.once("error", reject);
      socket.once("secureConnect", () => {
        const certificate: DetailedPeerCertificate = socket.getPeerCertificate(true);
        socket.end();
        resolve({
          issuer: String(certificate.issuer.CN),
          names: (certificate.subjectaltname ?? "")
            .split(", ")
            .map((entry) => entry.replace("DNS:", ""))
            .sort(),
          fingerprint: certificate.fingerprint256,
          ends: Date.parse(certificate.valid_to) / 1000,
        });
      });
    });
  }

  /** HAProxy's worker: a reload makes another one. */
  worker(): string {
    const info = docker("exec", this.haproxy, "sh", "-c", "echo 'show info' | socat -t2 /run/haproxy/admin.sock -");
    return /^Pid: (\d+)$/m.exec(info)?.[1] ?? "none";
  }

  /** Visitors of the start page, until they are stopped. */
  visitors(): Visitors {
    return visitors({ host: this.address("haproxy"), port: 8443, name: DOMAIN });
  }
}
