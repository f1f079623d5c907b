import { LABELS } from "./core/naming";
import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { scrape } from "./core/spec";
import { containerAlerts } from "./monitoring/cadvisor-alerts";
import { containerDashboard } from "./monitoring/dashboards";

const PORT = 8080;

/** cAdvisor: processors, memory and network of each container on one host. */
export class Cadvisor extends Service {
  constructor(platform: Platform, opts?: ServiceOptions) {
    super(
      platform,
      "cadvisor",
      {
        description: "Metrics of the containers",
        image: "cadvisor",
        // Its defaults look every second at everything, which costs more than many of the services it watches.
        command: [
          `--port=${PORT}`,
          "--docker_only=true",
          "--housekeeping_interval=30s",
          "--max_housekeeping_interval=1m",
          "--store_container_labels=false",
          `--whitelisted_container_labels=${LABELS.service}`,
          "--enable_metrics=cpu,memory,network,oom_event",
        ],
        hostPaths: [
          { host: "/", container: "/rootfs", propagation: "rslave" },
          // The directory and not Docker's socket alone: a restarted Docker makes a new one.
          { host: "/var/run", container: "/var/run" },
          { host: "/sys", container: "/sys" },
          { host: "/var/lib/docker", container: "/var/lib/docker" },
        ],
        hardening: {
          devices: ["/dev/kmsg"],
          capabilities: ["CAP_SYSLOG"],
          because:
            "it asks Docker's socket for the containers, as good as root on the host; and the kernel tells in its log alone, which needs this capability, in which container it ran out of memory",
        },
        health: { http: { port: PORT, path: "/healthz" } },
        metrics: [scrape(PORT)],
        alerts: containerAlerts,
        dashboards: [containerDashboard],
        limits: { memory: "256MiB" },
      },
      opts,
    );
  }
}
