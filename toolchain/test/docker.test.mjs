// The Docker provider against the local daemon, if one answers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { project } from "./harness.mjs";

const docker = (...args) =>
  execFileSync("docker", ["-H", "unix:///var/run/docker.sock", ...args], { encoding: "utf8", stdio: "pipe" }).trim();

let missing = false;
try {
  docker("version");
} catch (error) {
  missing = `NOT RUN: no Docker daemon answers (${String(error.stderr ?? error.message)
    .trim()
    .split("\n")
    .pop()})`;
  console.error(`docker.test.mjs ${missing}`);
}

const image = `oneforall-toolchain-test:${process.pid}`;
let p;
before(() => {
  if (missing) return;
  // A image without any registry: the static busybox if there is one, else the dynamic one with its libraries.
  const script = `set -e; d=$(mktemp -d); trap 'rm -rf $d' EXIT; mkdir -p $d/bin
    for f in /bin/sleep /bin/sh /bin/true $(ldd /bin/sleep /bin/sh /bin/true | grep -o '/[^ )]*' | grep -v ':$' | sort -u); do
      mkdir -p $d$(dirname $f); cp -L $f $d$f; done
    tar -C $d -c . | docker -H unix:///var/run/docker.sock import - ${image}`;
  execFileSync("sh", ["-c", script], { stdio: "pipe" });
  p = project("docker");
  p.config("image", image);
});
after(() => {
  p?.remove();
  if (!missing) docker("image", "rm", "-f", image);
});

test("names are generated, and an unchanged run changes nothing", { skip: missing }, () => {
  p.up();
  const out = p.outputs();
  assert.match(out.name, /^web-[0-9a-f]{7}$/);
  assert.match(out.network, /^network-[0-9a-f]{7}$/);
  assert.equal(docker("inspect", "-f", "{{.State.Running}}", out.name), "true");
  p.must("preview", "--expect-no-changes", "--diff");
  p.must("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
});

test("deleteBeforeReplace false: the new container is there before the old one goes", { skip: missing }, () => {
  const old = p.outputs().name;
  p.config("generation", "2");
  const since = String(Math.floor(Date.now() / 1000));
  p.up();
  const name = p.outputs().name;
  assert.notEqual(name, old);
  const until = String(Math.ceil(Date.now() / 1000) + 1);
  const events = docker(
    "events",
    "--since",
    since,
    "--until",
    until,
    "--filter",
    "type=container",
    "--format",
    "{{.Action}} {{.Actor.Attributes.name}}",
  ).split("\n");
  const created = events.indexOf(`start ${name}`);
  const gone = events.indexOf(`destroy ${old}`);
  assert.ok(created >= 0 && gone > created, events.join(", "));
  p.must("preview", "--expect-no-changes");
});

test("an input that only the released provider knows is named in an error", { skip: missing }, () => {
  p.config("extra", JSON.stringify({ cgroupParent: "limits" }));
  const { code, text } = p.pulumi("preview");
  assert.notEqual(code, 0, text);
  assert.match(text, /cgroupParent/);
  p.must("config", "rm", "extra");
});
