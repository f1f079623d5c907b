/**
 * Builds images of ours from packages: `npx tsx images/build.ts <name>|all [--docker-host unix:///…] [--fresh] [--remove]`.
 * An image whose tag is there is left as it is; the tag is the recipe's, so it appears only on a finished image.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Docker, extraCa, interrupt, removeLocks, run, wasInterrupted, withLock } from "./docker";
import * as recipe from "./recipe";
import { BASE } from "./recipe";

const catalogue = recipe.loadCatalogue();
const names = Object.keys(catalogue).filter((name) => !("unavailable" in recipe.entryOf(name, catalogue).packages));
const builderOf = (name: string) => recipe.packagesOf(name, catalogue).builder;
/** Images that only serve to build others. */
const builders = [...new Set(names.flatMap((name) => builderOf(name) ?? []))];
const services = names.filter((name) => name !== BASE && !builders.includes(name));
const tagOf = (name: string) => recipe.imageTag(name, catalogue);

function say(name: string, text: string): void {
  process.stdout.write(`image ${name}: ${text}\n`);
}

/** A working folder that is gone afterwards; the caller holds the image's lock, so one that is there was left by a killed build. */
async function inScratch<T>(docker: Docker, name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const prefix = `oneforall-image-${docker.key}-${name}-`;
  // Retried, because what an interruption killed may still be writing.
  const remove = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  for (const left of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) remove(join(tmpdir(), left));
  const folder = mkdtempSync(join(tmpdir(), prefix));
  const removeThis = () => remove(folder);
  process.once("exit", removeThis);
  try {
    return await work(folder);
  } finally {
    process.removeListener("exit", removeThis);
    removeThis();
  }
}

/** debootstrap's root as an image; gives the image's id. */
async function importBase(docker: Docker, folder: string): Promise<string> {
  const archive = join(folder, "root.tar");
  const suite = recipe.packagesOf(BASE, catalogue).suite ?? "stable";
  if (userInfo().uid !== 0) {
    throw new Error(
      'debootstrap, and so the image source "packages", needs root: run `sudo npx tsx images/build.ts all` once, or set another image source (pull, mirror, bundle)',
    );
  }
  // Namespaces of its own, which end with us: an interrupted debootstrap leaves neither processes nor mounts behind.
  const contained = ["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"];
  await run("setpriv", [...contained, "sh", join(recipe.imagesDir, BASE, "build.sh"), suite, folder, archive]);
  const changes = [
    "--change",
    `CMD ${JSON.stringify(catalogue[BASE]?.command)}`,
    "--change",
    `LABEL io.oneforall.build=${BASE}`,
  ];
  return (await docker.run(["import", ...changes, archive])).trim();
}

/** The folder that `docker build` sees: the recipe's files with plain modes, and the machine's certificates for builder stages. */
function makeContext(name: string, folder: string): void {
  for (const file of recipe.recipeFiles(name)) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true, mode: 0o755 });
    copyFileSync(join(recipe.imagesDir, name, file.path), join(folder, file.path));
    chmodSync(join(folder, file.path), file.executable ? 0o755 : 0o644);
  }
  if (!builderOf(name)) return;
  const ca = extraCa();
  if (ca) copyFileSync(ca, join(folder, "ca.pem"));
  else writeFileSync(join(folder, "ca.pem"), "");
}

/** Runs the Dockerfile; gives the id of an image that has no name yet. */
async function runDockerfile(docker: Docker, name: string, folder: string): Promise<string> {
  makeContext(name, folder);
  const { version, suite } = recipe.packagesOf(name, catalogue);
  const builder = builderOf(name);
  const networkSettings = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", ...(builder ? ["GOPROXY", "GOSUMDB"] : [])];
  const args = [
    `BASE=${tagOf(BASE)}`,
    ...(builder ? [`BUILDER=${tagOf(builder)}`] : []),
    `VERSION=${version}`,
    ...(builders.includes(name) && suite ? [`SUITE=${suite}`] : []),
    ...networkSettings.filter((key) => process.env[key]),
  ].flatMap((arg) => ["--build-arg", arg]);
  // The host's network, as debootstrap has it: a proxy on localhost, a VPN and the host's name server work alike.
  const output = await docker.run(["build", "--no-cache", "--force-rm", "--network=host", ...args, folder]);
  const id = /^Successfully built (\w+)$/m.exec(output)?.[1];
  if (!id) throw new Error(`docker build gave no image id\n${output.slice(-2000)}`);
  return id;
}

/** What the catalogue promises to the components must be what was built. */
async function verify(docker: Docker, name: string, id: string): Promise<void> {
  interface Config {
    User: string;
    Entrypoint: string[] | null;
    Cmd: string[] | null;
    Volumes: Record<string, object> | null;
    Healthcheck?: object;
  }
  const config = JSON.parse(await docker.run(["image", "inspect", "--format", "{{json .Config}}", id])) as Config;
  const entry = recipe.entryOf(name, catalogue);
  const compare = { user: config.User || "0:0", entrypoint: config.Entrypoint ?? [], command: config.Cmd ?? [] };
  const built = { ...compare, volumes: Object.keys(config.Volumes ?? {}).sort() };
  for (const key of Object.keys(built) as (keyof typeof built)[]) {
    const [is, promised] = [JSON.stringify(built[key]), JSON.stringify(entry[key])];
    if (is !== promised) throw new Error(`images.json says ${key} ${promised}, the Dockerfile made ${is}`);
  }
  if (config.Healthcheck) throw new Error("the Dockerfile has a HEALTHCHECK; health is the component's");
}

/** The version that is really in the image, which the pin's glob leaves open. */
async function installedVersion(docker: Docker, name: string, id: string): Promise<string> {
  const pin = recipe.packagesOf(name, catalogue);
  if (!pin.package) return pin.version;
  const query = ["--entrypoint", "dpkg-query", id, "--show", "--showformat=${Version}", pin.package];
  return docker.run(["run", "--rm", "--network=none", ...query]);
}

/** The last step of a build, and the only one that names the image. */
async function finish(docker: Docker, name: string, id: string): Promise<string> {
  await verify(docker, name, id);
  const version = await installedVersion(docker, name, id);
  const entry = recipe.entryOf(name, catalogue);
  const labels = {
    "org.opencontainers.image.title": name,
    "org.opencontainers.image.version": version,
    "org.opencontainers.image.licenses": entry.licence,
    "org.opencontainers.image.base.name": name === BASE ? "" : tagOf(BASE),
    "io.oneforall.recipe": recipe.recipeHash(name, catalogue),
  };
  const lines = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`);
  const input = [`FROM ${id}`, ...lines, ""].join("\n");
  await docker.run(["build", "--quiet", "--force-rm", "--tag", tagOf(name), "-"], { input });
  return version;
}

/** Images of builder stages and of failed steps: nameless, and marked by the Dockerfiles' first line. */
async function removeNameless(docker: Docker, name: string): Promise<void> {
  // Not `docker image prune`: the daemon refuses a second one while one runs, and builds run side by side.
  const filters = ["--filter", "dangling=true", "--filter", `label=io.oneforall.build=${name}`];
  const listed = await docker.run(["image", "ls", "--quiet", "--no-trunc", ...filters], { cleanup: true });
  const ids = [...new Set(listed.split("\n").filter(Boolean))];
  // One that another build is made from right now stays, and goes with that build's own clean-up.
  for (const id of ids) await docker.run(["image", "rm", id], { cleanup: true }).catch(() => undefined);
}

/** Runs the work while these images are there and stay there, building those that are missing. */
async function withImages(docker: Docker, needed: string[], work: () => Promise<void>): Promise<void> {
  const [first, ...rest] = needed;
  if (first === undefined) return work();
  for (;;) {
    const done = await withLock(docker, first, "shared", async () => {
      if (!(await docker.has(tagOf(first)))) return false;
      await withImages(docker, rest, work);
      return true;
    });
    if (done) return;
    await build(docker, first);
  }
}

async function build(docker: Docker, name: string, fresh = false): Promise<void> {
  const tag = tagOf(name);
  if (!fresh && (await docker.has(tag))) return say(name, `${tag} is there`);
  await withImages(docker, recipe.builtBefore(name, catalogue), () =>
    withLock(docker, name, "exclusive", async () => {
      if (!fresh && (await docker.has(tag))) return say(name, `${tag} is there`);
      say(name, "building");
      const start = Date.now();
      try {
        const make = name === BASE ? importBase : (d: Docker, folder: string) => runDockerfile(d, name, folder);
        const version = await inScratch(docker, name, async (folder) =>
          finish(docker, name, await make(docker, folder)),
        );
        const bytes = Number(await docker.run(["image", "inspect", "--format", "{{.Size}}", tag]));
        const [seconds, megabytes] = [Math.round((Date.now() - start) / 1000), Math.round(bytes / 1e6)];
        say(name, `${tag} (${seconds} s, ${megabytes} MB, version ${version})`);
      } catch (error) {
        throw new Error(`image ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      } finally {
        await removeNameless(docker, name);
      }
    }),
  );
}

/** A builder is kept only while something that needs it is still to be built. */
async function removeIdleBuilders(docker: Docker): Promise<void> {
  for (const builder of builders) {
    const users = services.filter((name) => builderOf(name) === builder);
    const there = await Promise.all(users.map((name) => docker.has(tagOf(name))));
    if (there.every(Boolean)) await removeTag(docker, tagOf(builder));
  }
}

async function removeTag(docker: Docker, tag: string): Promise<void> {
  const name = tag.slice("oneforall/".length, tag.indexOf(":"));
  await withLock(docker, name, "exclusive", async () => {
    const there = await docker.has(tag);
    if (there) await docker.run(["image", "rm", tag]);
    await removeNameless(docker, name); // also what an interrupted build left
    if (there) say(name, `${tag} removed`);
  });
}

/** Removes an image (a name, or a tag that an older recipe made), and what only served to make it. */
async function remove(docker: Docker, what: string): Promise<void> {
  const isBase = (tag: string) => tag.startsWith(`oneforall/${BASE}:`);
  const isTool = (tag: string) => [BASE, ...builders].some((tool) => tag.startsWith(`oneforall/${tool}:`));
  const all = await docker.ownTags();
  const chosen =
    what === "all" ? all.filter((tag) => !isTool(tag)) : [what.startsWith("oneforall/") ? what : tagOf(what)];
  const failures: unknown[] = [];
  for (const tag of chosen) await removeTag(docker, tag).catch((error: unknown) => failures.push(error));
  const left = await docker.ownTags();
  // Builders are made from the base, so they go first.
  const tools = left.every(isTool) ? left.sort((a, b) => Number(isBase(a)) - Number(isBase(b))) : [];
  for (const tag of tools) await removeTag(docker, tag);
  if ((await docker.ownTags()).length === 0) {
    for (const name of names) await removeNameless(docker, name);
    await removeLocks(docker, names);
  }
  if (failures.length > 0)
    throw new Error(
      failures.map((failure) => (failure instanceof Error ? failure.message : String(failure))).join("\n"),
    );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "docker-host": { type: "string" }, fresh: { type: "boolean" }, remove: { type: "boolean" } },
  });
  const [what] = positionals;
  if (what === undefined || positionals.length > 1) {
    throw new Error(
      `usage: build.ts <image>|all [--docker-host <address>] [--fresh] [--remove]; images: ${services.join(", ")}`,
    );
  }
  const docker = new Docker(values["docker-host"]);
  if (values.remove) return remove(docker, what);
  for (const name of what === "all" ? services : [what]) {
    recipe.packagesOf(name, catalogue); // an unknown or unavailable one is an error before anything is built
    await build(docker, name, values.fresh);
  }
  await removeIdleBuilders(docker);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (wasInterrupted()) process.exit(130); // the second time nothing is waited for
    interrupt();
  });
}
main().catch((error: unknown) => {
  process.stderr.write(
    `${wasInterrupted() ? "interrupted" : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = wasInterrupted() ? 130 : 1;
});
