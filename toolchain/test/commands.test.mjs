// The command and random providers under the real engine.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { project, until } from "./harness.mjs";

let p;
before(() => void (p = project("commands")));
after(() => p.remove());

/** The summary's lines, "~ 1 to update, 4 unchanged". */
const changes = (text) =>
  text
    .match(/^ +\S* ?\d+ (?:to \w+|\w+d)$/gm)
    .map((line) => line.trim())
    .join(", ");

test("a preview runs nothing", () => {
  assert.equal(p.must("preview").code, 0);
  assert.equal(existsSync(p.work("a.txt")), false);
});

test("create, outputs, globbed files and invokes", () => {
  const { text } = p.up();
  const out = p.outputs();
  assert.equal(out.stdout, "created\nfirst");
  assert.equal(out.stderr, "to-stderr");
  assert.equal(out.dir, p.work(".").replace(/\/\.?$/, ""));
  assert.deepEqual(out.assets, ["a.txt", "sub/b.txt"]);
  assert.deepEqual(out.archive, ["sub/b.txt", "sub/secret.txt"]);
  assert.equal(out.run, "ran");
  assert.equal(out.password.length, 20);
  assert.equal(out.echoed, out.password);
  assert.ok(!text.includes(out.password), "the log shows a secret that a command echoed");
  assert.ok(!JSON.stringify(p.state()).includes(out.password), "the state has a secret in plain text");
});

test("an unchanged second run changes nothing", () => {
  p.must("preview", "--expect-no-changes");
  assert.match(p.up().text, /5 unchanged/);
});

test("changed stdin is an update that knows the previous output", () => {
  p.config("stdin", "second");
  const preview = p.must("preview", "--diff").text;
  assert.match(preview, /~ stdin\s*: "first" => "second"/);
  assert.equal(changes(preview), "~ 1 to update, 4 unchanged");
  assert.equal(changes(p.up().text), "~ 1 updated, 4 unchanged");
  assert.equal(p.outputs().stdout, "updated after [created\nfirst]\nsecond");
});

test("a changed trigger replaces", () => {
  p.config("trigger", "2");
  assert.equal(changes(p.must("preview").text), "+-1 to replace, 4 unchanged");
  p.up();
  assert.equal(p.outputs().stdout, "created\nsecond");
  assert.equal(p.read("log"), "deleted life\n");
});

test("a failed command says what it printed, without the secret", () => {
  p.config("fail", "true");
  const { code, text } = p.pulumi("up", "--yes", "--skip-preview");
  assert.notEqual(code, 0);
  assert.match(text, /exit status 3/);
  assert.match(text, /so-it-goes/);
  assert.ok(!text.includes(p.outputs().password));
  p.must("config", "rm", "fail");
});

test("removing it runs delete", () => {
  p.config("withoutLife", "true");
  p.up();
  assert.equal(p.read("log"), "deleted life\ndeleted life\n");
});

const alive = (pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

for (const signal of ["SIGINT", "SIGKILL"]) {
  test(`${signal} to the run ends the running command with all its children`, async () => {
    const q = project("hang");
    try {
      const child = q.start("up", "--yes", "--skip-preview", "--non-interactive");
      await until("the command runs", () => existsSync(q.work("pid")) && q.read("pid").trim() !== "");
      const pid = Number(q.read("pid"));
      assert.ok(alive(pid));
      const ended = new Promise((resolve) => child.on("exit", (code, by) => resolve(code ?? by)));
      if (signal === "SIGINT") {
        child.kill("SIGINT");
        assert.notEqual(await ended, 0);
      } else {
        // The engine, not the wrapper: what an out-of-memory kill does.
        const engine = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0];
        process.kill(Number(engine), "SIGKILL");
        let words = "";
        child.stderr.on("data", (chunk) => (words += chunk));
        assert.notEqual(await ended, 0);
        assert.match(words, /stack test is locked by process \d+, which is gone; `npm run up` repairs this/);
        assert.match(words, /stack test has \d+ operation\(s\) that were interrupted; `npm run up` repairs this/);
      }
      await until("the command's child is gone", () => !alive(pid));
    } finally {
      q.pulumi("cancel", "--yes");
      q.remove();
    }
  });
}
