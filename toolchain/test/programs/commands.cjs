const pulumi = require("@pulumi/pulumi");
const { local } = require("@pulumi/command");
const { RandomPassword } = require("@pulumi/random");

const config = new pulumi.Config();
const work = process.env.WORK;
const password = new RandomPassword("password", { length: 20 });

if (!config.getBoolean("withoutLife")) {
  const life = new local.Command("life", {
    create: "echo created; cat; echo to-stderr >&2",
    update: 'echo "updated after [$PULUMI_COMMAND_STDOUT]"; cat',
    delete: `echo "deleted $NAME" >> ${work}/log`,
    stdin: config.get("stdin") ?? "first",
    environment: { NAME: "life" },
    triggers: [config.get("trigger") ?? "1"],
  });
  exports.stdout = life.stdout;
  exports.stderr = life.stderr;
}

// Echoes its secret: it must show neither in the log nor in the state.
exports.echoed = new local.Command("secret", { create: "cat; echo; false || true", stdin: password.result }).stdout;
exports.password = password.result;

const files = new local.Command("files", {
  create: "mkdir -p sub && echo 1 > a.txt && echo 2 > sub/b.txt && echo 3 > sub/secret.txt; pwd",
  dir: work,
  interpreter: ["/bin/bash", "-c"],
  assetPaths: ["**.txt", "!**secret.txt"],
  archivePaths: ["sub/**"],
  logging: "none",
});
exports.dir = files.stdout;
exports.assets = files.assets.apply((assets) => Object.keys(assets ?? {}).sort());
exports.archive = files.archive.apply(async (archive) => Object.keys((await archive?.assets) ?? {}).sort());
exports.run = local.runOutput({ command: "printf '%s' \"$A\"", environment: { A: "ran" } }).stdout;
if (config.getBoolean("fail")) {
  new local.Command("fails", { create: 'echo so-it-goes; echo "$P"; exit 3', environment: { P: password.result } });
}
