import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagesDir } from "../images/recipe";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { volume } from "./core/spec";
import { LOGS, logsArriveFrom } from "./monitoring/logs";

const CONFIG = "/etc/oneforall/rsyslog.conf";

/**
 * rsyslog, handing on what the containers of one host print. It reads Docker's own files: nothing can be lost that they
 * still hold, and a stopped collector holds up no service, as a log driver that talks over the network would.
 */
export class Rsyslog extends Service {
  constructor(platform: Platform, opts: ServiceOptions = {}) {
    const { hostName } = opts.host ?? platform.mainHost;
    super(
      platform,
      "rsyslog",
      {
        description: "Collects the logs of the containers",
        image: "rsyslog",
        // The same text as in our image, mounted so that upstream's image does the same.
        command: ["-f", CONFIG],
        files: [{ path: CONFIG, content: readFileSync(join(imagesDir, "rsyslog", "rsyslog.conf"), "utf8") }],
        environment: { LOGS_HOST: LOGS.service, LOGS_PORT: String(LOGS.syslogPort), LOGS_FROM: hostName },
        hostPaths: [{ host: "/var/lib/docker/containers", container: "/var/lib/docker/containers" }],
        hardening: {
          because: "Docker keeps what containers print in files of its own; it reads those and nothing else",
        },
        // How far it has read, and what waits to be sent.
        volumes: [volume("spool", "/var/spool/rsyslog", { backup: "none" })],
        joins: ["monitoring"],
        needs: [LOGS.service],
        health: { command: ["sh", "-c", logsArriveFrom(hostName)] },
        limits: { memory: "128MiB" },
      },
      opts,
    );
  }
}
