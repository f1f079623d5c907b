// What the toolchain consists of: where each piece lies, what it is built from, and whether it is there.
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The toolchain/ folder. */
export const here = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every pin, once. */
export const versions = JSON.parse(readFileSync(join(here, "versions.json"), "utf8"));

/** Dynamic providers are run by the engine through this script beside the CLI; the SDK they load is the program's own. */
const dynamicProvider = `#!/bin/sh
script=$(node -e "console.log(require.resolve('@pulumi/pulumi/cmd/dynamic-provider'))") || exit 1
exec node "$script" "$@"
`;

export function defaultHome() {
  return process.env.PULUMI_HOME || join(homedir(), ".pulumi");
}

/** The CLI's path below a PULUMI_HOME. */
export function cliPath(home = defaultHome()) {
  return join(home, "versions", versions.pulumi, "bin", "pulumi");
}

/** All pieces, in the order in which they are built: the shared Go packages of the first ones speed up the later. */
export function pieces(home = defaultHome()) {
  const bin = dirname(cliPath(home));
  const version = versions.pulumi;
  const provider = (name) => ({
    name: `${name} provider`,
    source: `provider-${name}`,
    package: ".",
    binary: join(home, "plugins", `resource-${name}-v${versions.plugins[name]}`, `pulumi-resource-${name}`),
    version: versions.plugins[name],
    plugin: name,
    linkerFlags: `-X main.version=${versions.plugins[name]}`,
  });
  return [
    {
      name: "Pulumi CLI",
      source: "cli",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      binary: join(bin, "pulumi"),
      version,
      linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    },
    {
      name: "Node language host",
      source: "language-nodejs",
      package: ".",
      binary: join(bin, "pulumi-language-nodejs"),
      version,
      linkerFlags: `-X main.hostVersion=${version}`,
      scripts: { "pulumi-resource-pulumi-nodejs": dynamicProvider },
    },
    provider("command"),
    provider("random"),
    provider("docker"),
  ];
}

/** Where it is written down what a built binary was built from. A downloaded one has none. */
export function stampPath(piece) {
  return join(dirname(piece.binary), `.${piece.binary.split("/").pop()}.built-from`);
}

/** A hash of everything that goes into a build, so that a changed source rebuilds just its piece. */
export function sourceHash(piece) {
  const folder = join(here, "go", piece.source);
  const hash = createHash("sha256").update([piece.package, piece.version, piece.linkerFlags, ""].join("\n"));
  for (const file of readdirSync(folder, { recursive: true }).sort()) {
    const path = join(folder, file);
    if (/(\.go|go\.mod|go\.sum|\.json)$/.test(file) && !file.endsWith("_test.go") && statSync(path).isFile()) {
      hash.update(`${file}\0`).update(readFileSync(path)).update("\0");
    }
  }
  for (const [name, text] of Object.entries(piece.scripts ?? {})) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex");
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}

/**
 * What is wrong with a piece, or nothing.
 * A plugin folder with a `.partial` file beside it is one whose installation was interrupted: the CLI ignores it too.
 */
export function whyMissing(piece, mode) {
  if (!isExecutable(piece.binary)) return "not installed";
  if (piece.plugin && existsSync(`${dirname(piece.binary)}.partial`)) return "only half installed";
  for (const name of Object.keys(piece.scripts ?? {})) {
    if (!isExecutable(join(dirname(piece.binary), name))) return `${name} is missing`;
  }
  const stamp = stampPath(piece);
  if (!existsSync(stamp)) return mode === "build" ? "downloaded, and a build was asked for" : undefined;
  if (mode === "download") return "built, and the download was asked for";
  return readFileSync(stamp, "utf8").trim() === sourceHash(piece) ? undefined : "built from other sources";
}
