/** A service that answers at once, so that what is measured is what is in front of it. */
import { execFileSync } from "node:child_process";
import { image } from "../../images";
import type { TestNetwork } from "./edge";

const ANSWERS = `global
defaults
    mode http
    timeout client 60s
frontend answers
    bind :80
    http-request return status 200 content-type text/plain string ok
`;

export class AnsweringService {
  /** `address:port` */
  readonly backend: string;
  private readonly id: string;

  constructor(network: TestNetwork) {
    const run = ["run", "-d", "--network", network.name, "--label", "io.oneforall.test=edge"];
    const script = `printf '%s' "$1" >/tmp/cfg; exec haproxy -db -f /tmp/cfg`;
    const start = ["--entrypoint", "sh", image("haproxy"), "-c", script, "sh", ANSWERS];
    this.id = docker(...run, "--ulimit", "nofile=20000", ...start);
    this.backend = `${docker("inspect", this.id, "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")}:80`;
  }

  remove(): void {
    docker("rm", "-fv", this.id);
  }
}

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
}
