/** The platform's services as `npm run up` shows them at its end. */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { containersOf, type Container } from "./docker";
import { caFile, platformName, ROOT } from "./paths";
import { pulumiOutput } from "./pulumi";
import { run } from "./run";
import { table } from "./table";

/** The stack's outputs that people see; index.ts makes them. */
export interface PlatformOutputs {
  readonly services: readonly {
    readonly name: string;
    readonly title: string;
    readonly url?: string;
    readonly passwordOutput?: string;
  }[];
  readonly leftOut: readonly { readonly title: string; readonly reason: string }[];
  readonly caCertificate?: string;
}

export interface Health {
  readonly healthy: boolean;
  readonly shown: string;
}

export async function readOutputs(stack: string): Promise<PlatformOutputs> {
  const outputs = JSON.parse(await pulumiOutput(stack, ["stack", "output", "--json"])) as Partial<PlatformOutputs>;
  return { ...outputs, services: outputs.services ?? [], leftOut: outputs.leftOut ?? [] };
}

/** Health of every service by name. A service with several containers is as well as its worst one. */
export async function healthOf(stack: string, services: PlatformOutputs["services"]): Promise<Map<string, Health>> {
  const containers = await containersOf(platformName(stack));
  const judged = services.map(async ({ name }): Promise<[string, Health]> => {
    const own = await Promise.all(containers.filter(({ service }) => service === name).map(judge));
    return [name, own.find(({ healthy }) => !healthy) ?? own[0] ?? { healthy: false, shown: "no container" }];
  });
  return new Map(await Promise.all(judged));
}

const PATIENCE_MS = 30_000;

/** Docker's first probe comes only after one interval, so a container that starts is asked by us, with its own probe. */
async function judge(container: Container): Promise<Health> {
  if (!container.running) return { healthy: false, shown: `stopped (exit code ${container.exitCode})` };
  if (container.health === "healthy") return { healthy: true, shown: "healthy" };
  if (container.probe.length === 0) return { healthy: true, shown: "running" };
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const { code, stdout, stderr } = await run("docker", ["exec", container.id, ...container.probe], {
      timeoutSeconds: 15,
    });
    if (code === 0) return { healthy: true, shown: "healthy" };
    if (Date.now() > until) {
      const said = (stderr || stdout).trim().split("\n").pop() ?? "";
      return { healthy: false, shown: `unhealthy${said ? `: ${said.slice(0, 60)}` : ""}` };
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

export function renderServices(stack: string, outputs: PlatformOutputs, health: ReadonlyMap<string, Health>): string {
  const rows = outputs.services.map(({ name, title, url, passwordOutput }) => [
    title,
    url ?? "(no page)",
    health.get(name)?.shown ?? "unknown",
    passwordOutput ? `npx pulumi stack output ${passwordOutput} --show-secrets -s ${stack}` : "",
  ]);
  // Pages first, in the program's order; what has no page is for machines.
  const sorted = [...rows.filter(([, url]) => url !== "(no page)"), ...rows.filter(([, url]) => url === "(no page)")];
  const leftOut = outputs.leftOut.map(({ title, reason }) => `  left out: ${title}: ${reason}`);
  return [table(["service", "URL", "health", "first password (user admin)"], sorted), ...leftOut].join("\n");
}

/** Writes the authority's certificate and says how to use it. */
export function writeCertificate(stack: string, outputs: PlatformOutputs): string {
  if (!outputs.caCertificate) return "";
  const file = caFile(stack);
  writeFileSync(file, outputs.caCertificate.endsWith("\n") ? outputs.caCertificate : `${outputs.caCertificate}\n`);
  const shown = relative(ROOT, file);
  const url = outputs.services.find((service) => service.url)?.url;
  return [
    `TLS: the platform has its own authority, ${shown}. Trust it in the browser (Settings, Certificates, Authorities)`,
    `or for the whole system: cp ${shown} /usr/local/share/ca-certificates/oneforall-${stack}.crt && update-ca-certificates`,
    ...(url ? [`With curl: curl --cacert ${shown} ${url}`] : []),
  ].join("\n");
}
