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
  parts.push(await part("unit", () => jest(["--selectProjects", "unit"])));
  const ready = await part("toolchain and images", prepare);
  parts.push(ready);
  if (ready.count.failed === 0) {
    parts.push(await part("toolchain", () => nodeTests("toolchain/test")));
    parts.push(await part("rendered", () => jest(["--selectProjects", "rendered"])));
    for (const area of AREAS.filter(hasTests)) parts.push(await part(area, () => endToEnd(area, "short")));
  } else {
    say("\nNO DOCKER OR NO TOOLCHAIN HERE: the rendered and the end-to-end tests were NOT run; the reason is above.");
    parts.push({ name: "rendered and end-to-end", count: withoutDocker(), minutes: 0 });
  }

  say(`\n${parts.map(renderMinutes).join("\n")}`);
  const late = parts.filter(overBudget);
  if (CI) for (const { name } of late) say(`✗ ${name} took longer than its budget`);
  const counted = parts.filter((one) => one !== ready || one.count.passed > 0);
  const total = sum(...counted.map(({ count }) => count), { ...NOTHING, failed: CI ? late.length : 0 });
  process.stdout.write(`${countLine(total)}\n`);
  return exitCodeOf(total);
});

async function check(): Promise<Count> {
  const bin = (path: string) => join("node_modules", path);
  return sum(
    await command("types (tsc)", [bin("typescript/bin/tsc"), "--noEmit"]),
    await command("lint (eslint)", [bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"]),
    await command("format (prettier)", [bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."]),
  );
}

/** What the later parts stand on. It is no test: it only counts when it fails, and how is up to the one who asks. */
async function prepare(): Promise<Count> {
  try {
    await bringToolchain("npm test");
    await bringDocker();
    await buildImages();
    return NOTHING;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say(error instanceof Error ? error.message : String(error));
    return CI ? { ...NOTHING, failed: 1 } : { ...NOTHING, skipped: 1 };
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
