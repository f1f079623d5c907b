// The Node language host under the real engine.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cpSync, symlinkSync } from "node:fs";
import { fixtures, project } from "./harness.mjs";

let p;
let policy;
before(() => {
  p = project("language", { options: { nodeargs: "--max-old-space-size=2000 --no-deprecation" } });
  // Beside the project's node_modules, because the pack's code resolves its packages from where it lies.
  policy = join(p.folder, "policy");
  cpSync(join(fixtures, "policy"), policy, { recursive: true });
  symlinkSync(join(p.folder, "node_modules"), join(policy, "node_modules"));
});
after(() => p.remove());

test("a stack transform, a resource hook, a dynamic provider and node's arguments", () => {
  p.up();
  const out = p.outputs();
  assert.match(out.pet, /^transformed-/);
  assert.equal(p.read("log"), `pet is there: ${out.pet}\n`);
  assert.equal(out.option, "--max-old-space-size=2000 --no-deprecation");
  assert.equal(out.dynamic, "made");
  p.must("preview", "--expect-no-changes");
});

test("a policy pack passes what it allows and stops what it doesn't", () => {
  assert.match(p.must("preview", "--policy-pack", policy).text, /toolchain-test@v0\.0\.0/);
  p.config("length", "20");
  const { code, text } = p.pulumi("preview", "--policy-pack", policy);
  assert.notEqual(code, 0);
  assert.match(text, /20 characters are too many/);
  p.must("config", "rm", "length");
});

test("a RunError is printed once, without a stack trace", () => {
  p.config("raise", "true");
  const { code, text } = p.pulumi("preview");
  assert.notEqual(code, 0);
  const diagnostics = text.slice(text.indexOf("Diagnostics:"));
  assert.equal(diagnostics.split("this configuration can't be").length - 1, 1, text);
  assert.ok(!/at .*programs\/language\.cjs/.test(text), text);
  assert.ok(!/exited with/.test(text), text);
  p.must("config", "rm", "raise");
});

test("the installed packages' plugins are known before the program runs", () => {
  const { stdout } = p.must("about", "--json");
  const plugins = JSON.parse(stdout).plugins.map((plugin) => `${plugin.name} ${plugin.version}`);
  for (const wanted of ["command 1.2.1", "docker 5.2.0", "random 4.21.2"])
    assert.ok(plugins.includes(wanted), `${plugins}`);
});
