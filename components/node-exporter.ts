import type { Platform } from "./core/platform";
import { Service, type ServiceOptions } from "./core/service";
import { scrape } from "./core/spec";
import { hostDashboard } from "./monitoring/dashboards";
import { hostAlerts } from "./monitoring/node-exporter-alerts";

const PORT = 9100;

/** File systems that hold nothing of anybody: in memory, or the layers of containers, which are counted below them. */
const NOT_DISKS =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs)$";
const NOT_MOUNTS = "^/(dev|proc|run|sys|var/lib/(docker|containerd)/.+)($|/)";

/** Node exporter: processors, memory, disks and network of one host. */
export class NodeExporter extends Service {
  constructor(platform: Platform, opts: ServiceOptions = {}) {
    const address = (opts.host ?? platform.mainHost).monitoringGateway;
    super(
      platform,
      "node-exporter",
      {
        description: "Metrics of the host",
        image: "node-exporter",
        command: [
          `--web.listen-address=${address}:${PORT}`,
          "--path.rootfs=/host",
          "--path.procfs=/host/proc",
          "--path.sysfs=/host/sys",
          `--collector.filesystem.fs-types-exclude=${NOT_DISKS}`,
          `--collector.filesystem.mount-points-exclude=${NOT_MOUNTS}`,
          // Debian turns these on; here they only complain, about a bus and a directory that aren't there.
          "--no-collector.systemd",
          "--no-collector.textfile",
          "--collector.netclass.ignored-devices=^(veth.*|br-.*)$",
          "--collector.netdev.device-exclude=^(veth.*|br-.*)$",
        ],
        hostPaths: [{ host: "/", container: "/host", propagation: "rslave" }],
        hardening: {
          network: "host",
          pid: "host",
          because:
            "network counters and mounts are those of the host's namespaces; it listens on the monitoring network only",
        },
        health: { http: { port: PORT, path: "/", address } },
        metrics: [scrape(PORT, { address })],
        alerts: hostAlerts,
        dashboards: [hostDashboard],
        limits: { memory: "96MiB" },
      },
      opts,
    );
  }
}
