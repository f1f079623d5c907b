/**
 * The real HAProxy with the edge's files, on a Docker network of its own. What it routes to are servers of the test, on
 * the network's gateway address.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LOG_SYSCTLS, withLogBuffer } from "../../../components/haproxy/log-buffer";
import type { EdgeModel } from "../../../components/haproxy/model";
import {
  BACKENDS,
  CERTIFICATES,
  CONFIG,
  edgeFiles,
  MASTER_SOCKET,
  PORTS,
  RELOAD,
  USERS,
} from "../../../components/haproxy/render";
import { adminUsers, USERS_FILE } from "../../../components/haproxy/users";
import { image } from "../../images";
import { DOMAIN } from "../../edge";

const PAGE = "<!doctype html><title>start</title>\n";
export const ADMIN_PASSWORD = "admin's pass";
export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Question {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
let made = 0;

/** A Docker network of the test's own. */
export class TestNetwork {
  readonly name = `oneforall-test-edge-${process.pid}-${++made}`;
  readonly gateway: string;

  constructor() {
    docker("network", "create", "--label", "io.oneforall.test=edge", this.name);
    this.gateway = docker("network", "inspect", this.name, "-f", "{{(index .IPAM.Config 0).Gateway}}");
  }

  remove(): void {
    docker("network", "rm", this.name);
  }
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(folder, path), content);
  }
}

/** A certificate with its key that nobody trusts. */
export function selfSigned(name: string): string {
  const script = `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name},DNS:*.${name} -keyout /tmp/key -out /tmp/crt 2>/dev/null; cat /tmp/crt /tmp/key`;
  const run = ["run", "--rm", "--network", "none", "--tmpfs", "/tmp"];
  return docker(...run, "--entrypoint", "/bin/sh", image("haproxy"), "-euc", script) + "\n";
}

/** A folder as HAProxy's container sees it: configuration, certificates, users. */
function edgeFolder(model: EdgeModel, users: string, page = PAGE): string {
  const folder = mkdtempSync(join(tmpdir(), "edge-"));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "backends"));
  write(folder, {
    "certificates/edge.pem": selfSigned(DOMAIN),
    [`users/${USERS_FILE}`]: `${adminUsers(ADMIN_PASSWORD)}\n${users}`,
  });
  write(join(folder, "config/current"), edgeFiles(model, page));
  return folder;
}

function mounts(folder: string): string[] {
  const places = { config: CONFIG, certificates: CERTIFICATES, users: USERS, backends: BACKENDS };
  return Object.entries(places).flatMap(([name, place]) => ["-v", `${join(folder, name)}:${place}:ro`]);
}

const FILES = ["-f", `${CONFIG}/current/haproxy.cfg`, "-f", BACKENDS, "-f", `${USERS}/${USERS_FILE}`];

/** `haproxy -c -dW` of the very HAProxy that serves; `change` may spoil the files first. */
export function check(
  model: EdgeModel,
  users = "",
  change: (files: Record<string, string>) => Record<string, string> = (files) => files,
): { status: number | null; said: string } {
  const folder = edgeFolder(model, users);
  try {
    write(join(folder, "config/current"), change(edgeFiles(model, "x\n")));
    const run = ["run", "--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", ...mounts(folder)];
    const args = [...run, "--entrypoint", "haproxy", image("haproxy"), "-c", "-dW", ...FILES];
    const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
    return { status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export class Edge {
  readonly address: string;
  private readonly folder: string;
  private readonly id: string;

  constructor(network: TestNetwork, model: EdgeModel, users = "", page = PAGE) {
    this.folder = edgeFolder(model, users, page);
    const run = ["run", "-d", "--network", network.name, "--label", "io.oneforall.test=edge", "--read-only"];
    const scratch = ["--tmpfs", "/run/haproxy:uid=99,gid=99", "--ulimit", "nofile=20000"];
    // Without -dW, as it serves: a reload that knows of a server that is down says so as a warning.
    const haproxy = ["docker-entrypoint.sh", "haproxy", "-S", `${MASTER_SOCKET},mode,600`, ...FILES];
    const sysctls = Object.entries(LOG_SYSCTLS).flatMap(([name, value]) => ["--sysctl", `${name}=${value}`]);
    const start = [...sysctls, ...mounts(this.folder), image("haproxy"), ...withLogBuffer(haproxy)];
    this.id = docker(...run, ...scratch, ...start);
    this.address = docker("inspect", this.id, "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    const ready = `for i in $(seq 50); do echo 'show info' | socat -t2 /run/haproxy/admin.sock - 2>/dev/null | grep -q ^Uptime && exit; sleep 0.1; done; exit 1`;
    if (spawnSync("docker", ["exec", this.id, "sh", "-c", ready]).status !== 0) {
      const { stdout, stderr } = spawnSync("docker", ["logs", this.id], { encoding: "utf8" });
      this.remove();
      throw new Error(`HAProxy doesn't serve:\n${stdout}${stderr}`);
    }
  }

  /** Other routes, by a reload. */
  load(model: EdgeModel): void {
    const next = join(this.folder, "config/next");
    write(next, edgeFiles(model, PAGE));
    cpSync(next, join(this.folder, "config/current"), { recursive: true });
    rmSync(next, { recursive: true });
    docker("exec", this.id, "sh", "-c", RELOAD);
  }

  /** What it serves with, PEM. */
  get certificate(): string {
    return readFileSync(join(this.folder, "certificates/edge.pem"), "utf8");
  }

  /** The same files again, with these lines more; whether HAProxy took them. Requests go on meanwhile. */
  async reload(more = ""): Promise<boolean> {
    const file = join(this.folder, "config/current/haproxy.cfg");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text + more);
    const done = await new Promise<boolean>((resolve) =>
      execFile("docker", ["exec", this.id, "sh", "-c", RELOAD], (error) => resolve(error === null)),
    );
    writeFileSync(file, text);
    return done;
  }

  log(): string[] {
    return docker("logs", this.id).split("\n");
  }

  /** A command on the admin socket. */
  tell(command: string): string {
    return docker("exec", this.id, "sh", "-c", `echo '${command}' | socat -t5 /run/haproxy/admin.sock -`);
  }

  https(question: Question): Promise<Answer> {
    const { host, agent } = question;
    return ask(
      httpsRequest({
        ...this.options(question),
        port: PORTS.https,
        // An address is no name.
        servername: /^[\d[]/.test(host) ? DOMAIN : host,
        rejectUnauthorized: false,
        agent: agent ?? false,
      }),
      question.body,
    );
  }

  http(question: Omit<Question, "agent">): Promise<Answer> {
    return ask(httpRequest({ ...this.options(question), port: PORTS.http, agent: false }), question.body);
  }

  remove(): void {
    docker("rm", "-fv", this.id);
    rmSync(this.folder, { recursive: true });
  }

  private options({ host, path = "/", method = "GET", headers = {} }: Question) {
    return { host: this.address, path, method, headers: { host, ...headers } };
  }
}

function ask(request: ReturnType<typeof httpRequest>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.end(body);
  });
}
