/** Runs a checker in the image of the service whose configuration it checks: the version that will read it. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { image as builtImage } from "../../images";

export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Runs a shell text in the image, in a directory with the files. */
export function inImage(image: string, files: Readonly<Record<string, string>>, script: string): Outcome {
  const directory = mkdtempSync(join(tmpdir(), "rendered-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    chmodSync(directory, 0o755);
    const isolation = ["--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp"];
    const place = ["--volume", `${directory}:/files:ro`, "--workdir", "/files"];
    return docker(["run", ...isolation, ...place, "--entrypoint", "/bin/sh", builtImage(image), "-ec", script]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function docker(args: readonly string[]): Outcome {
  const run = spawnSync("docker", args, { encoding: "utf8" });
  if (run.error) throw run.error;
  return { status: run.status ?? -1, output: run.stdout + run.stderr };
}
