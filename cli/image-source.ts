/** Where images come from, decided once per stack and written into its settings, so that every later run is the same. */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { say } from "./main";
import { readSettings, ROOT } from "./paths";
import { pulumiOutput } from "./pulumi";

const WAIT_SECONDS = 5;

export async function ensureImageSource(stack: string): Promise<void> {
  if (readSettings(stack)["imageSource"] !== undefined) return;
  const reachable = await registryAnswers();
  const source = reachable ? "pull" : "packages";
  await pulumiOutput(stack, ["config", "set", "oneforall:imageSource", source]);
  say(
    reachable
      ? "Images: a container registry answers, so they are pulled (oneforall:imageSource = pull)"
      : "Images: no container registry answers, so they are built here from packages (oneforall:imageSource = packages)",
  );
}

/**
 * Asks the Docker daemon, which knows the registry of a name, its mirrors, its proxy and its certificates, to look up
 * one of our images. Anything that a registry itself says (also "too many requests") means that there is one.
 */
export async function registryAnswers(): Promise<boolean> {
  const image = anyUpstream();
  if (!image) return false;
  const { status, body } = await askDaemon(`/distribution/${image}/json`);
  return status === 200 || /toomanyrequests|unauthorized|denied|manifest unknown/i.test(body);
}

function anyUpstream(): string | undefined {
  interface Entry {
    upstream: { name: string; tag: string; digest: Record<string, string> | null };
  }
  const catalogue = JSON.parse(readFileSync(join(ROOT, "images", "images.json"), "utf8")) as Record<string, Entry>;
  const { upstream } = Object.values(catalogue).find((entry) => entry.upstream.digest) ?? {};
  const digest = Object.values(upstream?.digest ?? {})[0];
  return upstream && digest ? `${upstream.name}@${digest}` : undefined;
}

function askDaemon(path: string): Promise<{ status: number; body: string }> {
  const nobody = { status: 0, body: "" };
  const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  // A daemon that is elsewhere is not asked: then the person sets the source, and `pull` works on most networks.
  if (!host.startsWith("unix://")) return Promise.resolve({ status: 200, body: "" });
  return new Promise((resolve) => {
    const asked = request(
      { socketPath: host.slice("unix://".length), path, timeout: WAIT_SECONDS * 1000 },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(nobody));
    asked.end();
  });
}
