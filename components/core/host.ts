import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlatformConfig } from "./config";
import { onBareHost } from "./exec";
import { packTextFiles } from "./text-files";

const SCRIPTS = join(__dirname, "host-scripts");

/** Where a host keeps what is ours besides Docker's own objects: our scripts and the records of its volumes. */
export function homeOnHost(platform: string, user: string): string {
  return user === "root" ? `/var/lib/oneforall/${platform}` : `$HOME/.local/share/oneforall/${platform}`;
}

/**
 * A machine of the platform, brought to a working Docker with our scripts beside it.
 *
 * The Docker provider's address follows from that preparation instead of being a literal: unknown until Docker exists
 * (so that the first preview works on a bare machine), and never changing afterwards.
 */
export class Host extends pulumi.ComponentResource {
  readonly hostName: string;
  readonly connection: "local" | pulumi.Input<command.types.input.remote.ConnectionArgs>;
  /** The Docker provider of this host: every Docker resource on it names it. */
  readonly docker: docker.Provider;
  /** The provider of commands, on this host as elsewhere. */
  readonly commands: command.Provider;
  /** Finished when Docker answers and our scripts are there. */
  readonly prepared: pulumi.Resource;
  /** The host's own address on the monitoring network, where services on the host's network listen. */
  readonly monitoringGateway: string;
  private readonly home: string;

  constructor(
    platform: string,
    config: PlatformConfig["hosts"][number],
    settings: { readonly monitoringGateway: string; readonly commands: command.Provider },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("oneforall:core:Host", `host-${config.name}`, {}, opts);
    this.hostName = config.name;
    this.monitoringGateway = settings.monitoringGateway;
    this.connection = config.connection;
    this.commands = settings.commands;
    const user = config.connection === "local" ? (process.getuid?.() === 0 ? "root" : "") : config.connection.user;
    this.home = homeOnHost(platform, user);

    const prepared = onBareHost(
      `host-${config.name}-prepared`,
      this.connection,
      prepareText(this.home),
      { stdin: hostScripts() },
      { parent: this, provider: settings.commands },
    );
    this.prepared = prepared;
    const address =
      config.connection === "local"
        ? "unix:///var/run/docker.sock"
        : `ssh://${config.connection.user}@${config.connection.host}:${config.connection.port}`;
    this.docker = new docker.Provider(
      `host-${config.name}-docker`,
      { host: prepared.id.apply(() => address) },
      { parent: this },
    );
    this.registerOutputs({});
  }

  /** The shell word for a script of host-scripts/ on this host. */
  script(name: string): string {
    return `"${this.home}/lib/${name}"`;
  }
}

/**
 * Unpacks our scripts (stdin) beside the old ones, swaps them in, and lets `bootstrap` bring Docker up. The awk text
 * stands here too because nothing of ours is on the host yet.
 */
function prepareText(home: string): { create: string; undo: string } {
  const awk = readFileSync(join(SCRIPTS, "unpack.awk"), "utf8").replace(/^#.*\n/gm, "");
  return {
    create: [
      "set -eu",
      `home="${home}"`,
      'mkdir -p "$home"',
      'rm -rf "$home/lib.new"',
      'mkdir "$home/lib.new"',
      `awk -v root="$home/lib.new" '${awk.replaceAll("'", `'\\''`)}'`,
      'rm -rf "$home/lib.old"',
      'if [ -d "$home/lib" ]; then mv "$home/lib" "$home/lib.old"; fi',
      'mv "$home/lib.new" "$home/lib"',
      'rm -rf "$home/lib.old"',
      '"$home/lib/bootstrap" </dev/null',
    ].join("\n"),
    // The records of volumes stay with the volumes; an empty directory goes.
    undo: `home="${home}"; rm -rf "$home/lib" "$home/lib.new" "$home/lib.old" "$home"/*.lock; rmdir "$home" "$(dirname "$home")" 2>/dev/null || true`,
  };
}

function hostScripts(): string {
  const files = readdirSync(SCRIPTS).map((name) => ({
    path: name,
    content: readFileSync(join(SCRIPTS, name), "utf8"),
    mode: "0555",
  }));
  return packTextFiles(files);
}
