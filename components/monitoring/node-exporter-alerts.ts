/** Alerts about the machines themselves. */
import type { Alert } from "../core/spec";

const HOST = 'host="main", instance="main/node-exporter", job="node-exporter"';
const DISK = `${HOST}, device="/dev/sda1", fstype="ext4", mountpoint="/"`;
const GIB = 1024 ** 3;

export const hostAlerts: readonly Alert[] = [
  {
    name: "HostMemoryLow",
    expr: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.10",
    for: "5m",
    severity: "warning",
    summary: "{{ $labels.host }} has {{ $value | humanizePercentage }} of its memory left",
    action: "See on the dashboard Containers which service grew; give it a lower limit, or the host more memory.",
    fires: {
      series: {
        [`node_memory_MemAvailable_bytes{${HOST}}`]: "9x10",
        [`node_memory_MemTotal_bytes{${HOST}}`]: "100x10",
      },
      at: "6m",
    },
    quiet: {
      series: {
        [`node_memory_MemAvailable_bytes{${HOST}}`]: "11x10",
        [`node_memory_MemTotal_bytes{${HOST}}`]: "100x10",
      },
      at: "6m",
    },
  },
  {
    name: "HostMemoryThrashing",
    expr: "rate(node_vmstat_pgmajfault[5m]) > 500",
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.host }} reads memory back from disk {{ $value | humanize }} times a second",
    action: "Programs push each other out of memory; everything is slow. Lower limits, move a service, or add memory.",
    fires: { series: { [`node_vmstat_pgmajfault{${HOST}}`]: "0+60000x20" }, at: "18m" },
    quiet: { series: { [`node_vmstat_pgmajfault{${HOST}}`]: "0+6000x20" }, at: "18m" },
  },
  {
    name: "HostOutOfMemoryKill",
    expr: "increase(node_vmstat_oom_kill[10m]) > 0",
    for: "0s",
    severity: "warning",
    summary: "The kernel of {{ $labels.host }} killed a process because memory ran out",
    action: "ServiceOutOfMemoryKill names the service when it was its own limit; otherwise `dmesg` on the host does.",
    fires: { series: { [`node_vmstat_oom_kill{${HOST}}`]: "0x5 1x5" }, at: "8m" },
    quiet: { series: { [`node_vmstat_oom_kill{${HOST}}`]: "3x15" }, at: "12m" },
  },
  {
    name: "HostDiskLow",
    expr: "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10 and node_filesystem_readonly == 0",
    for: "10m",
    severity: "warning",
    summary: "{{ $labels.mountpoint }} of {{ $labels.host }} has {{ $value | humanizePercentage }} free",
    action: "Look for old images (`docker system df`) and volumes that grew; shorten retention, or enlarge the disk.",
    fires: diskExample({ available: 9, size: 100, readonly: 0 }, "15m"),
    quiet: diskExample({ available: 11, size: 100, readonly: 0 }, "15m"),
  },
  {
    name: "HostDiskFull",
    expr: "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.03 and node_filesystem_readonly == 0",
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.mountpoint }} of {{ $labels.host }} is full: {{ $value | humanizePercentage }} free",
    action: "Databases stop when it reaches 0. Free space now: `docker image prune`, then the largest volume.",
    fires: diskExample({ available: 2, size: 100, readonly: 0 }, "5m"),
    // A disk that can't be written is full for good and harms nobody.
    quiet: diskExample({ available: 0, size: 100, readonly: 1 }, "5m"),
  },
  {
    name: "HostDiskFullSoon",
    expr:
      "predict_linear(node_filesystem_avail_bytes[3h], 86400) <= 0 " +
      "and node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.30 and node_filesystem_readonly == 0 " +
      // A trend needs a past: setting a platform up fills a disk faster than it will ever fill again.
      "and node_filesystem_avail_bytes offset 2h",
    for: "30m",
    severity: "warning",
    summary: "{{ $labels.mountpoint }} of {{ $labels.host }} will be full within a day at this pace",
    action: "Something writes steadily: compare the volumes (`docker system df -v`) now and in an hour.",
    // 29 of 100 GiB free and 2 GiB less every hour, against 0.5 GiB less.
    fires: fillingDisk(2),
    quiet: fillingDisk(0.5),
  },
  {
    name: "HostInodesLow",
    expr: "node_filesystem_files_free / (node_filesystem_files > 0) < 0.10 and node_filesystem_readonly == 0",
    for: "10m",
    severity: "warning",
    summary:
      "{{ $labels.mountpoint }} of {{ $labels.host }} can take few more files: {{ $value | humanizePercentage }} of its inodes are free",
    action: "Space may be left, but no file can be made at 0. Look for a directory with very many small files.",
    fires: {
      series: {
        [`node_filesystem_files_free{${DISK}}`]: "5x20",
        [`node_filesystem_files{${DISK}}`]: "100x20",
        [`node_filesystem_readonly{${DISK}}`]: "0x20",
      },
      at: "15m",
    },
    // Some file systems have no inodes to run out of and report 0 of 0.
    quiet: {
      series: {
        [`node_filesystem_files_free{${DISK}}`]: "0x20",
        [`node_filesystem_files{${DISK}}`]: "0x20",
        [`node_filesystem_readonly{${DISK}}`]: "0x20",
      },
      at: "15m",
    },
  },
  {
    name: "HostDiskReadOnly",
    expr: "node_filesystem_readonly == 1 and min_over_time(node_filesystem_readonly[1d]) == 0",
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.mountpoint }} of {{ $labels.host }} became read-only",
    action: "The kernel does that after a disk error: see `dmesg`, save the data, check the disk.",
    fires: { series: { [`node_filesystem_readonly{${DISK}}`]: "0x10 1x10" }, at: "15m" },
    quiet: { series: { [`node_filesystem_readonly{${DISK}}`]: "1x20" }, at: "15m" },
  },
  {
    name: "HostRaidDegraded",
    expr: 'node_md_disks{state="failed"} > 0',
    for: "1m",
    severity: "critical",
    summary: "{{ $labels.device }} of {{ $labels.host }} lost {{ $value }} of its disks",
    action: "Replace the disk before the next one fails: `cat /proc/mdstat` names it.",
    fires: { series: { [`node_md_disks{${HOST}, device="md0", state="failed"}`]: "1x5" }, at: "3m" },
    quiet: { series: { [`node_md_disks{${HOST}, device="md0", state="failed"}`]: "0x5" }, at: "3m" },
  },
  {
    name: "HostCpuBusy",
    expr: "instance:node_cpu_utilisation:rate5m > 0.90",
    for: "30m",
    severity: "warning",
    summary: "All processors of {{ $labels.host }} have been {{ $value | humanizePercentage }} busy for half an hour",
    action: "See on the dashboard Containers who uses them; set a limit, or move a service.",
    fires: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="idle"}`]: "0+3x40" }, at: "38m" },
    quiet: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="idle"}`]: "0+30x40" }, at: "38m" },
  },
  {
    name: "HostWaitsForDisk",
    expr: 'avg by (host) (rate(node_cpu_seconds_total{mode="iowait"}[5m])) > 0.30',
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.host }} spends {{ $value | humanizePercentage }} of its time waiting for disks",
    action: "A disk is too slow for what it is asked, or failing: compare reads and writes per container, see `dmesg`.",
    fires: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="iowait"}`]: "0+30x30" }, at: "22m" },
    quiet: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="iowait"}`]: "0+6x30" }, at: "22m" },
  },
  {
    name: "HostCpuStolen",
    expr: 'avg by (host) (rate(node_cpu_seconds_total{mode="steal"}[5m])) > 0.10',
    for: "15m",
    severity: "info",
    summary: "{{ $labels.host }} gets {{ $value | humanizePercentage }} less processor than it was promised",
    action: "Its neighbours on the same machine use it. Ask the provider, or move.",
    fires: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="steal"}`]: "0+12x30" }, at: "22m" },
    quiet: { series: { [`node_cpu_seconds_total{${HOST}, cpu="0", mode="steal"}`]: "0+1x30" }, at: "22m" },
  },
  {
    name: "HostClockUnsynchronised",
    expr: "(node_timex_sync_status == 0 and node_timex_maxerror_seconds >= 16) or abs(node_timex_offset_seconds) > 0.5",
    for: "15m",
    severity: "warning",
    summary: "The clock of {{ $labels.host }} can't be trusted",
    action: "Certificates, log-ins and logs go wrong with it. Start a time service (chrony or systemd-timesyncd).",
    fires: {
      series: { [`node_timex_sync_status{${HOST}}`]: "0x20", [`node_timex_maxerror_seconds{${HOST}}`]: "16x20" },
      at: "18m",
    },
    quiet: {
      series: {
        [`node_timex_sync_status{${HOST}}`]: "1x20",
        [`node_timex_maxerror_seconds{${HOST}}`]: "0.1x20",
        [`node_timex_offset_seconds{${HOST}}`]: "-0.01x20",
      },
      at: "18m",
    },
  },
  {
    name: "HostConnectionTableFull",
    expr: "node_nf_conntrack_entries / node_nf_conntrack_entries_limit > 0.80",
    for: "5m",
    severity: "warning",
    summary: "The connection table of {{ $labels.host }} is {{ $value | humanizePercentage }} full",
    action:
      "New connections are dropped when it is full. Find who opens so many, or raise net.netfilter.nf_conntrack_max.",
    fires: {
      series: {
        [`node_nf_conntrack_entries{${HOST}}`]: "90x10",
        [`node_nf_conntrack_entries_limit{${HOST}}`]: "100x10",
      },
      at: "7m",
    },
    quiet: {
      series: {
        [`node_nf_conntrack_entries{${HOST}}`]: "70x10",
        [`node_nf_conntrack_entries_limit{${HOST}}`]: "100x10",
      },
      at: "7m",
    },
  },
  {
    name: "HostNetworkErrors",
    expr:
      "rate(node_network_receive_errs_total[5m]) / (rate(node_network_receive_packets_total[5m]) > 1) > 0.01 " +
      "or rate(node_network_transmit_errs_total[5m]) / (rate(node_network_transmit_packets_total[5m]) > 1) > 0.01",
    for: "10m",
    severity: "warning",
    summary:
      "{{ $value | humanizePercentage }} of the packets of {{ $labels.device }} on {{ $labels.host }} are broken",
    action: "Usually a cable, a port or a driver: see `ip -s link` and `dmesg` on the host.",
    fires: {
      series: {
        [`node_network_receive_errs_total{${HOST}, device="eth0"}`]: "0+120x25",
        [`node_network_receive_packets_total{${HOST}, device="eth0"}`]: "0+6000x25",
      },
      at: "18m",
    },
    quiet: {
      series: {
        [`node_network_receive_errs_total{${HOST}, device="eth0"}`]: "0+1x25",
        [`node_network_receive_packets_total{${HOST}, device="eth0"}`]: "0+6000x25",
      },
      at: "18m",
    },
  },
  {
    name: "HostRebooted",
    expr: "node_time_seconds - node_boot_time_seconds < 600",
    for: "0s",
    severity: "info",
    summary: "{{ $labels.host }} started {{ $value | humanizeDuration }} ago",
    action: "Nothing, if it was planned; otherwise `last -x` and the journal of the boot before.",
    fires: {
      series: { [`node_time_seconds{${HOST}}`]: "1000+60x10", [`node_boot_time_seconds{${HOST}}`]: "900x10" },
      at: "2m",
    },
    quiet: {
      series: { [`node_time_seconds{${HOST}}`]: "10000+60x10", [`node_boot_time_seconds{${HOST}}`]: "900x10" },
      at: "2m",
    },
  },
];

function diskExample(disk: { available: number; size: number; readonly: 0 | 1 }, at: Alert["for"]) {
  return {
    series: {
      [`node_filesystem_avail_bytes{${DISK}}`]: `${disk.available}x20`,
      [`node_filesystem_size_bytes{${DISK}}`]: `${disk.size}x20`,
      [`node_filesystem_readonly{${DISK}}`]: `${disk.readonly}x20`,
    },
    at,
  };
}

/** A disk of 100 GiB that has 29 GiB left after four hours of losing so many GiB an hour. */
function fillingDisk(perHour: number) {
  const perMinute = Math.round((perHour * GIB) / 60);
  return {
    series: {
      [`node_filesystem_avail_bytes{${DISK}}`]: `${29 * GIB + 240 * perMinute}-${perMinute}x240`,
      [`node_filesystem_size_bytes{${DISK}}`]: `${100 * GIB}x240`,
      [`node_filesystem_readonly{${DISK}}`]: "0x240",
    },
    at: "4h" as const,
  };
}
