/** `npm test`: everything, from types to the real platform; ends with one plain line that counts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bringDocker, bringToolchain } from "./bring";
import { AREAS } from "./budgets";
import { countLine, exitCodeOf, NOTHING, sum, type Count } from "./count";
import { registryAnswers } from "./image-source";
import { Interrupted, main, Refusal, say } from "./main";
import { CI, command, endToEnd, jest, nodeTests, overBudget, part, renderMinutes, type Part } from "./part";
import { ROOT } from "./paths";
import { show } from "./run";

main(async () => {
  const parts: Part[] = [];
  // Cheapest first: what is wrong is known after seconds.
  parts.push(await part("check", check));
  parts.push(await part("unit", () => jestTier("unit")));
  let ready = false;
  parts.push(
    await part("toolchain and images", async () => {
      ready = await prepare();
      return ready ? NOTHING : withoutDocker();
    }),
  );
  if (ready) {
    parts.push(await part("toolchain", () => nodeTests(join("toolchain", "test"))));
    parts.push(await part("rendered", () => jestTier("rendered")));
    for (const area of AREAS.filter(hasTests)) parts.push(await part(area, () => endToEnd(area, "short")));
  } else {
    say("\nTHE RENDERED AND THE END-TO-END TESTS WERE NOT RUN: no Docker, toolchain or images; the reason is above.");
  }

  say(`\n${parts.map(renderMinutes).join("\n")}`);
  const late = CI ? parts.filter(overBudget) : [];
  for (const { name } of late) say(`✗ ${name} took longer than its budget`);
  const total = sum(...parts.map(({ count }) => count), { ...NOTHING, failed: late.length });
  process.stdout.write(`${countLine(total)}\n`);
  return exitCodeOf(total);
});

/**
 * All tests of a tier, two files at a time: jest's own choice on two cores is one, and most of them wait for something.
 * Silent are the program's warnings (Grafana is left out, …), which are told once for each of the many runs under mocks.
 */
function jestTier(tier: "unit" | "rendered"): Promise<Count> {
  return jest(["--selectProjects", tier, "--maxWorkers=2", "--silent"]);
}

async function check(): Promise<Count> {
  const bin = (path: string) => join("node_modules", path);
  return sum(
    await command("types (tsc)", [bin("typescript/bin/tsc"), "--noEmit"]),
    await command("lint (eslint)", [bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"]),
    await command("format (prettier)", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."]),
  );
}

/** Brings what the later parts stand on; whether it is there then. */
async function prepare(): Promise<boolean> {
  try {
    await bringToolchain("npm test");
    await bringDocker();
    await buildImages();
    return true;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** Where images are pulled, the tests pull what they need; building takes minutes and is no part of a test's time. */
async function buildImages(): Promise<void> {
  if (await registryAnswers()) return;
  const { code, interrupted } = await show(process.execPath, ["--import", "tsx", "images/build.ts", "all"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (interrupted) throw new Interrupted("Stopped while the images were built; the next run goes on.");
  if (code !== 0) throw new Refusal("The images couldn't be built; the reason is above.");
}

/** Skipped where it can't be had; in CI that is a failure. */
function withoutDocker(): Count {
  return CI ? { ...NOTHING, failed: 1 } : { ...NOTHING, skipped: 1 };
}

function hasTests(area: string): boolean {
  return existsSync(join(ROOT, "tests", "e2e", `${area}.test.ts`));
}
