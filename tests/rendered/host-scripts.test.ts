/** The scripts that run on hosts, on the real Docker of this one: what they promise when things go wrong. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { packTextFiles } from "../../components/core/text-files";
import { image } from "../images";

const SCRIPTS = join(__dirname, "../../components/core/host-scripts");
const platform = `oneforall-test-${process.pid}`;
const root = mkdtempSync(join(tmpdir(), "host-"));
const home = join(root, platform);

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

function run(script: string, args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(join(home, "lib", script), args, { input, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

beforeAll(() => {
  mkdirSync(join(home, "lib"), { recursive: true });
  for (const name of readdirSync(SCRIPTS)) {
    copyFileSync(join(SCRIPTS, name), join(home, "lib", name));
    chmodSync(join(home, "lib", name), 0o555);
  }
});

afterAll(() => {
  const mine = ["--filter", `label=io.oneforall.platform=${platform}`, "-q"];
  for (const id of docker("ps", "-a", ...mine)
    .split("\n")
    .filter(Boolean))
    docker("rm", "-fv", id);
  for (const id of docker("volume", "ls", ...mine)
    .split("\n")
    .filter(Boolean))
    docker("volume", "rm", id);
  rmSync(root, { recursive: true, force: true });
});

const makeVolume = (name: string) =>
  docker("volume", "create", "--label", `io.oneforall.platform=${platform}`, `${platform}-${name}`);

describe("the guard of a volume's data", () => {
  const identity = `${platform}/prometheus/data`;
  const guard = (volume: string, word = "keep", path = "/prometheus") =>
    run("volume", [volume, image("prometheus"), path, identity, word, "1234:1234"]);
  const inVolume = (volume: string, script: string) =>
    docker(
      "run",
      "--rm",
      "--network",
      "none",
      "--user",
      "0:0",
      "-v",
      `${volume}:/v`,
      "--entrypoint",
      "/bin/sh",
      image("base"),
      "-euc",
      script,
    );

  test("marks a new volume, gives it its owner, and accepts it from then on", () => {
    const volume = makeVolume("new");
    expect(guard(volume)).toEqual({ status: 0, said: "" });
    expect(inVolume(volume, "cat /v/.oneforall; stat -c %u /v")).toBe(`${identity}\n65534`);
    expect(guard(volume)).toEqual({ status: 0, said: "" });
  });

  test("gives a new volume at a path that the image doesn't have to the service's user", () => {
    const volume = makeVolume("elsewhere");
    expect(guard(volume, "keep", "/nowhere/in/the/image")).toEqual({ status: 0, said: "" });
    expect(inVolume(volume, "cat /v/.oneforall; stat -c '%u:%g %a' /v; stat -c %u /v/.oneforall")).toBe(
      `${identity}\n1234:1234 755\n0`,
    );
  });

  test("refuses an empty volume where data must be, until a person says so", () => {
    const volume = makeVolume("lost");
    expect(guard(volume).status).toBe(0);
    docker("volume", "rm", volume);
    makeVolume("lost");
    const refused = guard(volume);
    expect(refused.status).toBe(1);
    expect(refused.said).toContain("is empty, but it must hold the data");
    expect(refused.said).toContain(`{"${volume}": "initialise"}`);
    expect(inVolume(volume, "ls -A /v | wc -l")).toBe("0");
    expect(guard(volume, "initialise").status).toBe(0);
    expect(guard(volume).status).toBe(0);
  });

  test("refuses data that nobody marked, until a person adopts it", () => {
    const volume = makeVolume("foreign");
    inVolume(volume, "echo precious >/v/file");
    const refused = guard(volume);
    expect(refused.status).toBe(1);
    expect(refused.said).toContain("no platform has marked");
    expect(guard(volume, "adopt").status).toBe(0);
    expect(inVolume(volume, "cat /v/file")).toBe("precious");
  });

  test("refuses the data of another service, whatever the word", () => {
    const volume = makeVolume("other");
    inVolume(volume, "echo other/chat/data >/v/.oneforall");
    for (const word of ["keep", "initialise", "adopt"]) {
      expect(guard(volume, word)).toMatchObject({
        status: 1,
        said: expect.stringContaining("holds the data of other/chat/data"),
      });
    }
  });
});

describe("files for a container", () => {
  test("arrive to the byte, with owner and mode", () => {
    const volume = makeVolume("files");
    const packed = packTextFiles([
      { path: "secret", content: "s3cret", mode: "0400" },
      { path: "sub/conf", content: "a\nb\n" },
    ]);
    expect(run("files", [volume, image("prometheus"), "65534:65534"], packed)).toEqual({ status: 0, said: "" });
    const seen = docker(
      "run",
      "--rm",
      "--network",
      "none",
      "-v",
      `${volume}:/v:ro`,
      "--entrypoint",
      "/bin/sh",
      image("prometheus"),
      "-c",
      'cat /v/secret /v/sub/conf; stat -c "%a %u %n" /v/secret /v/sub/conf',
    );
    expect(seen).toBe("s3creta\nb\n400 65534 /v/secret\n444 65534 /v/sub/conf");
  });
});

describe("a live configuration", () => {
  const directory = "/live";
  let container = "";
  let volume = "";
  const check = 'grep -q good "$NEW/conf"';
  // Takes the file into /tmp/loaded; refuses one that says so, as a program does that only fails while loading.
  const reload =
    "if grep -q unloadable /live/current/conf; then echo it does not load; exit 1; fi; cp -f /live/current/conf /tmp/loaded";
  const live = (content: string) =>
    run(
      "live",
      [container, volume, image("base"), directory, check, reload],
      packTextFiles([{ path: "conf", content }]),
    );
  const current = () => docker("exec", container, "cat", "/live/current/conf");

  beforeAll(() => {
    volume = makeVolume("live");
    container = `${platform}-live`;
    docker(
      "run",
      "-d",
      "--name",
      container,
      "--label",
      `io.oneforall.platform=${platform}`,
      "--network",
      "none",
      "--read-only",
      "--tmpfs",
      "/tmp",
      "-v",
      `${volume}:${directory}:ro`,
      image("base"),
      "sleep",
      "600",
    );
  });

  test("is there for a container that waits for its first one", () => {
    expect(live("good 1\n")).toEqual({ status: 0, said: "" });
    expect(current()).toBe("good 1");
  });

  test("is swapped and loaded", () => {
    expect(live("good 2\n")).toEqual({ status: 0, said: "" });
    expect([current(), docker("exec", container, "cat", "/tmp/loaded")]).toEqual(["good 2", "good 2"]);
  });

  test("refused by the checker it changes nothing", () => {
    const { status, said } = live("bad\n");
    expect(status).toBe(1);
    expect(said).toContain("refuses its new configuration; it keeps the one it has");
    expect(current()).toBe("good 2");
  });

  test("failed to load it gives way to the one before", () => {
    const { status, said } = live("good but unloadable\n");
    expect(status).toBe(1);
    expect(said).toMatch(/the one before is back in use:\nit does not load/);
    expect([current(), docker("exec", container, "cat", "/tmp/loaded")]).toEqual(["good 2", "good 2"]);
    expect(docker("exec", container, "sh", "-c", "grep -l 'bad\\|unloadable' /live/releases/*/conf || true")).toBe("");
  });

  test("tells when the files on the host are not those of the plan", () => {
    const differs = (content: string) =>
      run("live", ["--differs", container, directory], packTextFiles([{ path: "conf", content }])).status === 0;
    expect([differs("good 2\n"), differs("good 3\n")]).toEqual([false, true]);
  });
});

describe("the gate", () => {
  const start = (name: string, ...command: string[]) =>
    docker(
      "run",
      "-d",
      "--name",
      `${platform}-${name}`,
      "--label",
      `io.oneforall.platform=${platform}`,
      "--network",
      "none",
      "--restart",
      "unless-stopped",
      image("base"),
      ...command,
    );

  test("opens as soon as the probe passes", () => {
    const id = start("slow", "sh", "-c", "sleep 1; touch /tmp/ready; sleep 600");
    expect(run("gate", [id, "30", "100", "test", "-e", "/tmp/ready"])).toEqual({ status: 0, said: "" });
    expect(docker("inspect", "--format", "{{.HostConfig.PidsLimit}}", id).trim()).toBe("100");
  });

  test("says in the program's own words why one doesn't stay up, without waiting for the time-out", () => {
    const id = start("crash", "sh", "-c", "echo cannot open the database; exit 3");
    const began = Date.now();
    const { status, said } = run("gate", [id, "60", "100", "true"]);
    expect(status).toBe(1);
    expect(said).toContain("doesn't stay up");
    expect(said).toContain("cannot open the database");
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  test("gives up in time on one that never gets ready", () => {
    const id = start("never", "sleep", "600");
    const { status, said } = run("gate", [id, "2", "100", "false"]);
    expect(status).toBe(1);
    expect(said).toContain("was not healthy within 2 s");
  });
});

test("no helper container and no scratch directory is left", () => {
  expect(
    docker(
      "ps",
      "-aq",
      "--filter",
      `label=io.oneforall.platform=${basename(home)}`,
      "--filter",
      "label=io.oneforall.helper",
    ),
  ).toBe("");
  expect(readdirSync("/dev/shm").filter((name) => name.startsWith("oneforall."))).toEqual([]);
});
