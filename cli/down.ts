/** `npm run down`: takes the platform away; its data stays unless `--with-data <stack>` says otherwise. */
import { existsSync } from "node:fs";
import { parseArguments } from "./arguments";
import { bringDocker, bringToolchain } from "./bring";
import { containersOf, networksOf, volumesOf } from "./docker";
import { main, Refusal, say } from "./main";
import { OWN, platformName } from "./paths";
import { pulumiShown } from "./pulumi";
import { removeContentVolumes, removeData, removeOwnFiles, removeStack } from "./remove";
import { repair } from "./repair";
import { ensurePassphrase, stackExists } from "./stack";

main(async () => {
  const { stack, withData, rest } = parseArguments(process.argv.slice(2), ["withData"]);
  const again = ["npm run down", ...againArguments(stack, withData)].join(" ");
  await bringToolchain(again);
  await bringDocker();

  if (existsSync(OWN) && (await stackExists(stack))) {
    ensurePassphrase();
    await repair(stack, { starting: false });
    const code = await pulumiShown(stack, ["destroy", "--yes", "--skip-preview", ...rest], again);
    if (code !== 0) throw new Refusal(`pulumi destroy failed; its words are above. \`${again}\` goes on from here.`);
  } else {
    say(`There is no stack ${stack} in this checkout's state.`);
  }
  await removeContentVolumes(stack);
  await refuseLeftovers(stack);

  if (withData !== undefined) {
    await removeData(stack);
    if (existsSync(OWN)) await removeStack(stack);
    removeOwnFiles(stack);
    process.stdout.write(`Down: nothing of the stack ${stack} is left, its data included.\n`);
    return 0;
  }
  const kept = (await volumesOf(platformName(stack))).map(({ name }) => name);
  process.stdout.write(
    kept.length === 0
      ? `Down: nothing of ${platformName(stack)} is left in Docker.\n`
      : `Down. Kept with their data, for the next \`npm run up\`:\n${kept.map((name) => `  ${name}`).join("\n")}\n` +
          `To remove these too, with the stack and its secrets, for good: npm run down -- --with-data ${stack}\n`,
  );
  return 0;
});

function againArguments(stack: string, withData: string | undefined): string[] {
  if (withData !== undefined) return ["--", "--with-data", stack];
  return stack === "dev" ? [] : ["--", "--stack", stack];
}

/** A destroy that claims success and leaves something is a fault of ours; it is not passed over. */
async function refuseLeftovers(stack: string): Promise<void> {
  const platform = platformName(stack);
  const left = [
    ...(await containersOf(platform)).map(({ name }) => `container ${name}`),
    ...(await networksOf(platform)).map(({ name }) => `network ${name}`),
  ];
  if (left.length > 0) throw new Refusal(`Left over after pulumi destroy: ${left.join(", ")}`);
}
