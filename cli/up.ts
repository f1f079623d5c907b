/** `npm run up`: from a fresh checkout to a running platform; again: to what the checkout says now. */
import { parseArguments } from "./arguments";
import { bringDocker, bringToolchain } from "./bring";
import { gatherFacts } from "./facts";
import { ensureImageSource } from "./image-source";
import { main, Refusal, say } from "./main";
import { mayGoOn, planPreflight, renderPreflight } from "./preflight";
import { pulumiShown } from "./pulumi";
import { repair } from "./repair";
import { healthOf, readOutputs, renderServices, writeCertificate } from "./services";
import { ensurePassphrase, ensureStack } from "./stack";

main(async () => {
  const { stack, rest } = parseArguments(process.argv.slice(2));
  const started = Date.now();
  const again = stack === "dev" ? "npm run up" : `npm run up -- --stack ${stack}`;

  const findings = planPreflight(await gatherFacts(stack));
  say(renderPreflight(findings));
  if (!mayGoOn(findings)) throw new Refusal("Nothing was changed. Mend the lines with ✗ and run this again.");

  await bringToolchain(again);
  await bringDocker();
  ensurePassphrase();
  await ensureStack(stack);
  await ensureImageSource(stack);
  await repair(stack, { starting: true });

  const code = await pulumiShown(stack, ["up", "--yes", "--skip-preview", "--suppress-outputs", ...rest], again);
  if (code !== 0) throw new Refusal(`pulumi up failed; its words are above. \`${again}\` goes on from here.`);

  const outputs = await readOutputs(stack);
  const health = await healthOf(stack, outputs.services);
  process.stdout.write(`\n${renderServices(stack, outputs, health)}\n\n`);
  const certificate = writeCertificate(stack, outputs);
  if (certificate) process.stdout.write(`${certificate}\n`);
  const ill = outputs.services.filter(({ name }) => !health.get(name)?.healthy).map(({ title }) => title);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  process.stdout.write(
    ill.length === 0 ? `Up after ${minutes} minutes.\n` : `Not healthy after ${minutes} minutes: ${ill.join(", ")}\n`,
  );
  return ill.length === 0 ? 0 : 1;
});
