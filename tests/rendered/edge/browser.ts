/** A real browser for tests. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The machine's Chromium; where there is none, the distribution's is installed, as `npm test` does with Docker. */
export async function openBrowser(...args: string[]): Promise<Browser> {
  if (!PLACES.some(existsSync)) {
    const install = "apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core";
    const { status, stdout, stderr } = spawnSync("sh", ["-c", install], { encoding: "utf8" });
    if (status !== 0) {
      throw new Error(
        `no Chromium in ${PLACES.join(", ")}, and it couldn't be installed; install it:\n${stdout}${stderr}`,
      );
    }
  }
  // The tests run as root, in containers too, where Chromium's own sandbox doesn't start.
  return chromium.launch({ executablePath: PLACES.find(existsSync), args: ["--no-sandbox", ...args] });
}
