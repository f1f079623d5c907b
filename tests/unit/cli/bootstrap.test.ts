/** host-scripts/bootstrap on machines made of stand-ins: every program that it may call is a script in a folder. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "..", "components", "core", "host-scripts", "bootstrap");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "oneforall-bootstrap-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Docker's client, which answers once the file `running` is there. */
const CLIENT = '[ -e "$AT/running" ] && echo 24.0.7 || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }';
/** apt-get, which "installs" the client and the daemon. */
const APT = 'echo "$*" >>"$AT/apt"; case "$*" in *install*) cp "$AT/later/"* "$AT/bin/";; esac';
const DAEMON =
  '[ ! -e "$AT/broken" ] || { echo "no space left on device"; exit 1; }; echo "$*" >>"$AT/dockerd"; touch "$AT/running"; sleep 5';

function machine(programs: Record<string, string>, later: Record<string, string> = {}, root = true) {
  const bin = join(folder, "bin");
  for (const [name, scripts] of [
    ["bin", programs],
    ["later", later],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [program, text] of Object.entries({
      ...scripts,
      ...(name === "bin" && { id: `echo ${root ? 0 : 1000}` }),
    })) {
      writeFileSync(join(folder, name, program), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name, program), 0o755);
    }
  }
  for (const tool of ["sh", "sleep", "grep", "tail", "touch", "cp", "nohup", "cat"]) {
    const at = ["/bin", "/usr/bin"].map((place) => join(place, tool)).find(existsSync);
    if (at && !existsSync(join(bin, tool))) symlinkSync(at, join(bin, tool));
  }
  // The log where this test may write, and no init system, whatever the machine is that runs this test.
  const text = readFileSync(SCRIPT, "utf8")
    .replace("/var/log/oneforall-dockerd.log", join(folder, "log"))
    .replaceAll("/etc/init.d/docker", join(folder, "no-service"))
    .replaceAll("/run/systemd/system", join(folder, "no-systemd"))
    .replaceAll("/etc/os-release", join(folder, "os-release"));
  writeFileSync(join(folder, "bootstrap"), text);
  if (!existsSync(join(folder, "os-release"))) distribution("debian", "Debian GNU/Linux");
}

function distribution(id: string, name: string): void {
  writeFileSync(join(folder, "os-release"), `ID=${id}\nPRETTY_NAME="${name}"\n`);
}

function bootstrap() {
  const env = { PATH: join(folder, "bin"), AT: folder, ONEFORALL_DOCKER_WAIT: "8" };
  return spawnSync(join(folder, "bin", "sh"), [join(folder, "bootstrap")], { env, encoding: "utf8", timeout: 30_000 });
}

test("a daemon that answers is left alone", () => {
  machine({ docker: CLIENT });
  writeFileSync(join(folder, "running"), "");
  expect(bootstrap()).toMatchObject({ status: 0, stdout: "24.0.7\n", stderr: "" });
});

test("a bare machine gets the distribution's package and a daemon, and a second run does nothing", () => {
  machine({ "apt-get": APT }, { docker: CLIENT, dockerd: DAEMON });
  const first = bootstrap();
  expect(first.stderr).toMatch(/installing Docker/);
  expect(first).toMatchObject({ status: 0, stdout: "24.0.7\n" });
  expect(readFileSync(join(folder, "apt"), "utf8")).toMatch(/update\n.*install --no-install-recommends docker\.io/);
  rmSync(join(folder, "apt"));
  expect(bootstrap()).toMatchObject({ status: 0, stderr: "" });
  expect(existsSync(join(folder, "apt"))).toBe(false);
});

test("a daemon that dies is a failure in its own words", () => {
  machine({ docker: CLIENT, dockerd: DAEMON });
  writeFileSync(join(folder, "broken"), "");
  const { status, stderr } = bootstrap();
  expect(status).toBe(1);
  expect(stderr).toMatch(/ended right after its start[^]*no space left on device/);
});

test("another storage driver is tried only where the daemon's own choice fails", () => {
  const picky =
    'case "$*" in *overlay2*) ;; *) echo "error initializing graphdriver: driver not supported"; exit 1;; esac\n' +
    DAEMON;
  machine({ docker: CLIENT, dockerd: picky });
  expect(bootstrap()).toMatchObject({ status: 0, stdout: "24.0.7\n" });
  expect(readFileSync(join(folder, "dockerd"), "utf8")).toMatch(/--storage-driver overlay2/);
});

test("a person who may not use Docker is told what root has to do", () => {
  machine({ docker: 'echo "permission denied while trying to connect" >&2; exit 1' }, {}, false);
  const { status, stderr } = bootstrap();
  expect(status).toBe(1);
  expect(stderr).toMatch(/usermod -aG docker/);
});

test("a distribution without a recipe is refused, not guessed", () => {
  distribution("fedora", "Fedora Linux 40");
  machine({});
  const { status, stderr } = bootstrap();
  expect(status).toBe(1);
  expect(stderr).toMatch(/Fedora Linux 40.*Debian and Ubuntu only/);
});
