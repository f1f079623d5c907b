/** `npm run bench -- <area> …`: the measurements of one part of the platform (bench/<area>.ts), with their figures. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bringDocker, bringToolchain } from "./bring";
import { Interrupted, main, Refusal } from "./main";
import { ROOT } from "./paths";
import { show } from "./run";

main(async () => {
  const [area, ...args] = process.argv.slice(2);
  const file = join("bench", `${area ?? ""}.ts`);
  if (area === undefined || !existsSync(join(ROOT, file))) {
    const there = existsSync(join(ROOT, "bench")) ? readdirSync(join(ROOT, "bench")) : [];
    const names = there.filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\.ts$/, ""));
    throw new Refusal(`usage: npm run bench -- <area>; there are: ${names.join(", ") || "none yet"}`);
  }
  await bringToolchain(`npm run bench -- ${area}`);
  await bringDocker();
  const { code, interrupted } = await show(process.execPath, ["--import", "tsx", file, ...args], { cwd: ROOT });
  if (interrupted) throw new Interrupted("Stopped.");
  return code;
});
