import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { http, volume } from "./core/spec";

const PORT = 9000;

/**
 * Portainer, a page to look at and act on the containers of the main host. Who logs in to it owns that host, because it
 * holds Docker's socket. Its users are its own; the first is `admin`, with the password that it got at its first start.
 *
 * Nobody is asked anything at the first visit: with these flags Portainer makes the administrator and the endpoint
 * `primary` itself, unless its data has some (portainer/portainer, api/cmd/portainer/main.go). Its image can't be had
 * without a registry, so none of this ran where the project was made.
 */
export class Portainer extends Service {
  constructor(platform: Platform, opts?: ServiceOptions) {
    super(
      platform,
      "portainer",
      {
        description: "Containers, to look at and act on",
        image: "portainer",
        command: [
          "--host=unix:///var/run/docker.sock",
          "--admin-password-file=/run/secrets/admin-password",
          // The edge does TLS.
          "--http-enabled",
          `--bind=:${PORT}`,
        ],
        secrets: [{ name: "admin-password", ...platform.secret("portainerPassword") }],
        hostPaths: [{ host: "/var/run/docker.sock", container: "/var/run/docker.sock", readOnly: false }],
        hardening: {
          because: "acting on the host's containers is its purpose: it holds Docker's socket, as good as root",
        },
        volumes: [volume("data", "/data", { backup: "stop" })],
        routes: [
          http("portainer", { port: PORT, health: "/api/system/status", access: "service", title: "Portainer" }),
        ],
        health: { http: { port: PORT, path: "/api/system/status" } },
        limits: { memory: "256MiB" },
        passwordOutput: "portainerPassword",
      },
      opts,
    );
  }
}
