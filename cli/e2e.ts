/** `npm run e2e -- <area> [--long]`: the end-to-end tests of one part of the platform, with their figures. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bringDocker, bringToolchain } from "./bring";
import { AREAS } from "./budgets";
import { countLine, exitCodeOf } from "./count";
import { main, Refusal, say } from "./main";
import { endToEnd, part, renderMinutes } from "./part";
import { ROOT } from "./paths";

main(async () => {
  const args = process.argv.slice(2);
  const area = args.find((arg) => !arg.startsWith("-"));
  const unknown = args.filter((arg) => arg !== area && arg !== "--long");
  if (area === undefined || unknown.length > 0) {
    throw new Refusal(`usage: npm run e2e -- <area> [--long]; areas: ${AREAS.join(", ")}`);
  }
  if (!existsSync(join(ROOT, "tests", "e2e", `${area}.test.ts`))) {
    throw new Refusal(`${area} has no end-to-end tests (tests/e2e/${area}.test.ts); areas: ${AREAS.join(", ")}`);
  }
  const again = `npm run e2e -- ${args.join(" ")}`;
  await bringToolchain(again);
  await bringDocker();
  const done = await part(area, () => endToEnd(area, args.includes("--long") ? "long" : "short"));
  say(renderMinutes(done));
  process.stdout.write(`${countLine(done.count)}\n`);
  return exitCodeOf(done.count);
});
