const pulumi = require("@pulumi/pulumi");
const { RandomPet, RandomString } = require("@pulumi/random");
const { appendFileSync } = require("node:fs");

const config = new pulumi.Config();
const note = (text) => appendFileSync(`${process.env.WORK}/log`, `${text}\n`);

pulumi.runtime.registerResourceTransform((resource) => {
  if (resource.type !== "random:index/randomPet:RandomPet") return undefined;
  return { props: { ...resource.props, prefix: "transformed" }, opts: resource.opts };
});
const hook = new pulumi.ResourceHook("note", (args) => note(`${args.name} is there: ${args.newOutputs?.id}`), {
  onDryRun: false,
});
exports.pet = new RandomPet("pet", { length: 1 }, { hooks: { afterCreate: [hook] } }).id;
exports.text = new RandomString("text", { length: Number(config.get("length") ?? 5) }).result;
exports.option = process.execArgv.join(" ");

class Dynamic extends pulumi.dynamic.Resource {}
exports.dynamic = new Dynamic({ create: async () => ({ id: "made", outs: {} }) }, "dynamic", {}).id;

if (config.get("raise")) {
  const error = new pulumi.RunError("this configuration can't be");
  // The SDK inspects every uncaught error for its trace, and that walks the whole program: 45 s without this.
  error[Symbol.for("nodejs.util.inspect.custom")] = () => error.message;
  throw error;
}
