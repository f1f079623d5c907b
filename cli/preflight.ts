/** Whether this machine can carry the platform: a judgement over facts (facts.ts), with the fix for whatever is wrong. */
import type { Facts } from "./facts";
import { table } from "./table";

export interface Finding {
  readonly what: string;
  readonly level: "good" | "warning" | "bad";
  readonly found: string;
  /** What to do about it; always there unless it is good. */
  readonly fix?: string;
}

const GIB = 2 ** 30;
const OLDEST_DOCKER = [20, 10];
const NEEDED = { memory: 1.5, memoryWell: 3.5, disk: 6, diskWell: 20 };

export function planPreflight(facts: Facts): Finding[] {
  return [
    node(facts),
    machine(facts),
    memory(facts),
    disk(facts),
    user(facts),
    docker(facts),
    ...facts.ports.map((port) => portFree(port)),
    clock(facts),
  ];
}

export function mayGoOn(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== "bad");
}

export function renderPreflight(findings: readonly Finding[]): string {
  const sign = { good: "✓", warning: "!", bad: "✗" };
  return table(
    ["", "what", "found", "to do"],
    findings.map(({ what, level, found, fix }) => [sign[level], what, found, fix ?? ""]),
  );
}

function node({ nodeVersion }: Facts): Finding {
  const fits = atLeast(nodeVersion, [20, 19]);
  return judge("Node", nodeVersion, fits ? "good" : "bad", "install Node 20.19 or newer");
}

function machine({ system, architecture, distribution }: Facts): Finding {
  const found = `${distribution.name}, ${architecture}`;
  if (system !== "linux")
    return judge("machine", found, "bad", "run this on the Linux machine that shall be the platform");
  const fits = architecture === "x64" || architecture === "arm64";
  return judge("machine", found, fits ? "good" : "bad", "use a machine with an x86-64 or an arm64 processor");
}

function memory({ memoryBytes }: Facts): Finding {
  const { memory: least, memoryWell: well } = NEEDED;
  const amount = memoryBytes / GIB;
  const level = amount < least ? "bad" : amount < well ? "warning" : "good";
  return judge(
    "memory",
    gib(memoryBytes),
    level,
    `give the machine ${level === "bad" ? `${least} GiB or more; ` : ""}4 GiB are comfortable`,
  );
}

function disk({ disk: { path, freeBytes } }: Facts): Finding {
  const { disk: least, diskWell: well } = NEEDED;
  const amount = freeBytes / GIB;
  const level = amount < least ? "bad" : amount < well ? "warning" : "good";
  return judge(
    "disk",
    `${gib(freeBytes)} free for ${path}`,
    level,
    `free some: ${level === "bad" ? least : well} GiB are needed there`,
  );
}

function user({ user: { name, root }, docker: { state } }: Facts): Finding {
  if (root) return judge("user", "root", "good");
  if (state === "answers") return judge("user", `${name}, who may use Docker`, "good");
  return judge("user", name, "bad", `as root: usermod -aG docker ${name}, then log in again; or run this as root`);
}

function docker({ docker: found, user: { root }, distribution }: Facts): Finding {
  switch (found.state) {
    case "answers": {
      const fits = atLeast(found.version, OLDEST_DOCKER);
      return judge(
        "Docker",
        found.version,
        fits ? "good" : "bad",
        `update Docker to ${OLDEST_DOCKER.join(".")} or newer`,
      );
    }
    case "forbidden":
      return judge("Docker", "runs, but this user may not use it", "bad", "see the line about the user");
    case "stopped":
      return root
        ? judge("Docker", "installed, not running: will be started", "good")
        : judge("Docker", "installed, not running", "bad", "start it as root: systemctl enable --now docker");
    case "missing":
      if (!root) return judge("Docker", "not installed", "bad", "run this as root, or let root install Docker");
      return distribution.debianFamily
        ? judge("Docker", "not installed: the distribution's package will be", "good")
        : judge(
            "Docker",
            "not installed",
            "bad",
            "install Docker 20.10 or newer with the system's own tool and start it",
          );
  }
}

function portFree({ port, setting, holder }: Facts["ports"][number]): Finding {
  const what = `port ${port}`;
  if (!holder) return judge(what, "free", "good");
  if (holder.kind === "ours") return judge(what, `held by this platform (${holder.name})`, "good");
  const elsewhere = `or choose another: npx pulumi config set --path oneforall:edge.${setting} <port>`;
  if (holder.kind === "container") {
    return judge(what, `held by the container ${holder.name}`, "bad", `docker stop ${holder.name}, ${elsewhere}`);
  }
  const who = holder.pid === undefined ? holder.name : `${holder.name} (process ${holder.pid})`;
  return judge(what, `held by ${who}`, "bad", `stop it, ${elsewhere}`);
}

/** A clock that is far off makes certificates that aren't valid yet, or not any more. */
function clock({ clock: { now, lastCommit, synchronised } }: Facts): Finding {
  const found = now.toISOString().replace(/\.\d+Z$/, "Z");
  const HOUR = 3_600_000;
  if (lastCommit && now.getTime() < lastCommit.getTime() - HOUR) {
    const commit = lastCommit.toISOString().slice(0, 10);
    return judge(
      "clock",
      `${found}, but this checkout was made on ${commit}`,
      "bad",
      "set the clock: timedatectl set-ntp true",
    );
  }
  if (synchronised === false)
    return judge("clock", `${found}, not synchronised`, "warning", "timedatectl set-ntp true");
  return judge("clock", found, "good");
}

function judge(what: string, found: string, level: Finding["level"], fix?: string): Finding {
  return level === "good" ? { what, level, found } : { what, level, found, fix };
}

function atLeast(version: string, [major = 0, minor = 0]: readonly number[]): boolean {
  const [a = 0, b = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return a > major || (a === major && b >= minor);
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(bytes < 10 * GIB ? 1 : 0)} GiB`;
}
