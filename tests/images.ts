/** Images of ours for tests that run the real programs. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { imageTag } from "../images/recipe";

const made = new Set<string>();

/** The tag of an image; built first where it isn't there yet. */
export function image(name: string): string {
  if (!made.has(name)) {
    const root = join(__dirname, "..");
    execFileSync("node", ["--import", "tsx", "images/build.ts", name], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    made.add(name);
  }
  return imageTag(name);
}
