/** Files of a site on their way into a volume, by the real Docker: what arrives is what was planned, with what is put among it. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceId, type Source } from "../../components/core/source";
import type { Overlay, Sending } from "../../components/core/send-source";
import { image } from "../images";

const ROOT = join(__dirname, "../..");
const platform = `oneforall-test-source-${process.pid}`;
const label = `io.oneforall.platform=${platform}`;
const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

let site: string;

beforeAll(() => void image("base"), 20 * 60_000);

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), "site-"));
  mkdirSync(join(site, "sub"));
  writeFileSync(join(site, "index.php"), "<?php");
  writeFileSync(join(site, "settings.php"), "its own");
  writeFileSync(join(site, "sub", "odd name é.bin"), Buffer.from([0, 255, 10, 13]));
  chmodSync(join(site, "index.php"), 0o666);
});

afterEach(() => rmSync(site, { recursive: true }));

afterAll(() => {
  expect(docker("ps", "-aq", "--filter", `label=${label}`)).toBe("");
  for (const volume of docker("volume", "ls", "-q", "--filter", `label=${label}`).split("\n").filter(Boolean)) {
    docker("volume", "rm", volume);
  }
});

function send(source: Source, overlay: Overlay, id = sourceId(source, ROOT)) {
  const volume = docker("volume", "create", "--label", label);
  const sending: Sending = { source, id, platform, image: image("base"), owner: "33:33", overlay };
  const words = ["--import", "tsx", "components/core/send-source.ts", JSON.stringify(sending)];
  const env = { ...process.env, VOLUME: volume };
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: "utf8", env });
  const look =
    "cd /v && find . -mindepth 1 ! -type d | sort | while read -r f; do stat -c '%n %u:%g %a %s' \"$f\"; done";
  const inside = ["run", "--rm", "--network", "none", "-v", `${volume}:/v`, "--entrypoint", "sh", image("base")];
  return {
    status,
    stderr,
    files: docker(...inside, "-c", look).split("\n"),
    read: (f: string) => docker(...inside, "-c", `cat "/v/${f}"`),
  };
}

const SENT = ["./index.php 33:33 644 5", "./settings.php 33:33 644 7", "./sub/odd name é.bin 33:33 644 4"];

test("a directory arrives to the byte, readable for all and writable for nobody else", () => {
  expect(send({ directory: site }, { directories: [] })).toMatchObject({ status: 0, stderr: "", files: SENT });
});

test("what is put among it takes the place of its own, and there is room for volumes", () => {
  const sent = send({ directory: site }, { directories: ["sub/files"], files: { "settings.php": "ours\n" } });
  expect(sent.status).toBe(0);
  expect(sent.read("settings.php")).toBe("ours");
  expect(sent.read("sub/files/../../index.php")).toBe("<?php");
});

test("a commit arrives without its history, whatever the branch is at by now", () => {
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", site, "-c", "user.name=t", "-c", "user.email=t@t", ...words], {
      encoding: "utf8",
    }).trim();
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "one");
  const commit = git("rev-parse", "HEAD");
  writeFileSync(join(site, "index.php"), "later");
  git("commit", "--quiet", "-am", "two");
  expect(send({ git: `file://${site}`, commit }, { directories: [] })).toMatchObject({ status: 0, files: SENT });
});

test("an image's own files are taken from it", () => {
  const sent = send({ image: image("base"), path: "/etc/apt" }, { directories: [], files: { added: "1" } });
  expect(sent.status).toBe(0);
  expect(sent.files).toContain(
    "./sources.list.d/debian.sources 0:0 644 " + sent.read("sources.list.d/debian.sources").concat("\n").length,
  );
  expect(sent.read("added")).toBe("1");
});

test("a directory that is another one by now isn't sent", () => {
  const id = sourceId({ directory: site }, ROOT);
  writeFileSync(join(site, "index.php"), "changed");
  const { status, stderr, files } = send({ directory: site }, { directories: [] }, id);
  expect([status, files]).toEqual([1, [""]]);
  expect(stderr).toContain("changed while it was deployed; run up again");
});
