/** A registry of one's own on this machine, filled with images that were built here. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../../cli/run";
import type { CatalogueEntry } from "../../../images/recipe";
import { image } from "../../images";
import { waitFor } from "../harness/wait";

const NAME = "oneforall-test-registry";
const PORT = 19500;

export interface TestRegistry {
  /** As `oneforall:mirror` wants it. */
  readonly address: string;
  remove(): Promise<void>;
}

export async function startRegistry(): Promise<TestRegistry> {
  const folder = join(__dirname, "..", "..", "registry");
  const words = [
    "build",
    "--quiet",
    "--network",
    "host",
    "--tag",
    NAME,
    "--build-arg",
    `BASE=${image("base")}`,
    folder,
  ];
  await output("docker", words, { env: { ...process.env, DOCKER_BUILDKIT: "0" } });
  await output("docker", ["run", "--detach", "--name", NAME, "--publish", `127.0.0.1:${PORT}:5000`, NAME]);
  await waitFor("the registry", 30, async () => ((await fetch(`http://127.0.0.1:${PORT}/v2/`)).ok ? true : undefined));
  return {
    address: `127.0.0.1:${PORT}`,
    async remove() {
      await output("docker", ["rm", "--force", "--volumes", NAME]);
      await output("docker", ["image", "rm", NAME]);
    },
  };
}

/**
 * Pushes images built here under upstream's names, and writes the digests that the registry gave into a checkout's
 * catalogue: upstream's own images can't be had where no registry can be reached. What isn't pushed has no digest there.
 */
export async function fillRegistry(
  { address }: TestRegistry,
  checkout: string,
  wanted: readonly string[],
): Promise<void> {
  const file = join(checkout, "images", "images.json");
  const catalogue = JSON.parse(readFileSync(file, "utf8")) as Record<string, CatalogueEntry>;
  for (const [name, { upstream }] of Object.entries(catalogue)) {
    const pushed = upstream.digest && wanted.includes(name);
    const digest = pushed ? { index: await push(image(name), `${address}/${upstream.name}:${upstream.tag}`) } : null;
    Object.assign(upstream, { digest });
  }
  writeFileSync(file, JSON.stringify(catalogue, undefined, 2));
}

async function push(local: string, remote: string): Promise<string> {
  await output("docker", ["tag", local, remote]);
  await output("docker", ["push", "--quiet", remote]);
  const digests = await output("docker", ["image", "inspect", "--format", '{{join .RepoDigests " "}}', remote]);
  // Only what is pulled counts.
  await output("docker", ["image", "rm", remote]);
  const repository = remote.slice(0, remote.lastIndexOf(":"));
  const digest = digests.split(/\s+/).find((one) => one.startsWith(`${repository}@`));
  if (!digest) throw new Error(`the registry gave no digest for ${remote}: ${digests}`);
  return digest.slice(repository.length + 1);
}
