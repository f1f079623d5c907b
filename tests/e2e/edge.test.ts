/**
 * The edge under requests: a person's own service is added to a fresh clone, and while clients keep asking, everything
 * that can change does. Not one request may fail. The tests build on each other and run in order.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { output, run } from "../../cli/run";
import { RELOAD } from "../../components/haproxy/places";
import { routesLatency } from "../rendered/edge/latency";
import { Checkout } from "./harness/checkout";
import { holdImages } from "./harness/docker";
import { figure, FORM, note } from "./harness/figures";
import type { LoadResult, LoadSettings } from "./harness/load";
import { Client } from "./harness/requests";
import { exchangeWords } from "./harness/websocket";

const MINUTES = 60_000;
jest.setTimeout(20 * MINUTES);

const STACK = "edge-e2e";
const HTTPS = 29443;
const HOST = "demo.oneforall.localhost";
const EDGE = `oneforall-${STACK}-haproxy`;
const PATH = "/counted";
/** Requests that have to be sent while everything changes. */
const REQUESTS = FORM === "long" ? 100_000 : 5_000;

let checkout: Checkout;
let ca: string;
let held: Awaited<ReturnType<typeof holdImages>>;

interface Demo {
  text: string;
  replicas: number;
  services: string[];
}
let settings: Demo = { text: "one", replicas: 1, services: ["demo"] };

/** Writes what the demo service is to be, as a person edits their own component. */
function write(change: Partial<Demo>): void {
  settings = { ...settings, ...change };
  writeFileSync(join(checkout.folder, "demo.json"), JSON.stringify(settings));
}

const up = () => checkout.pulumi("up", "--yes", "--skip-preview");

/** Changes the image as a new version of the program does. */
function release(version: string): void {
  const file = join(checkout.folder, "images", "demo", "server.js");
  writeFileSync(file, readFileSync(file, "utf8").replace(/VERSION = "[^"]*"/, `VERSION = "${version}"`));
}

function addDemo(): void {
  const from = join(__dirname, "edge", "demo");
  const image = join(checkout.folder, "images", "demo");
  mkdirSync(image);
  for (const file of ["Dockerfile", "server.js"]) cpSync(join(from, file), join(image, file));
  cpSync(join(from, "component.ts"), join(checkout.folder, "components", "demo.ts"));
  const catalogue = join(checkout.folder, "images", "images.json");
  const entry = {
    upstream: { name: "demo", tag: "1", digest: null, digestSource: null },
    licence: "Apache-2.0",
    user: "65534:65534",
    entrypoint: ["node", "/srv/server.js"],
    command: [],
    shell: true,
    volumes: [],
    packages: { version: "20*", package: "nodejs", suite: "trixie" },
  };
  const all = JSON.parse(readFileSync(catalogue, "utf8")) as object;
  writeFileSync(catalogue, JSON.stringify({ ...all, demo: entry }));
  const index = join(checkout.folder, "index.ts");
  const program = readFileSync(index, "utf8").replace("platform.seal();", "demo(platform);\nplatform.seal();");
  writeFileSync(index, `import { demo } from "./components/demo";\n${program}`);
}

/**
 * Lines that HAProxy logs of our requests. Read in windows of time, because `docker logs --follow` loses some whenever
 * Docker rotates the file (tried).
 */
function countLog() {
  let [logged, going, from] = [0, true, new Date().toISOString()];
  const read = async () => {
    // A moment behind: Docker writes a line after it was said.
    const until = new Date(Date.now() - 2000).toISOString();
    if (until <= from) return;
    const text = await output("docker", ["logs", "--since", from, "--until", until, EDGE]);
    from = until;
    const lines = text.split("\n").filter((line) => line.includes(`"${PATH}"`));
    logged += lines.length;
    for (const line of lines.filter((one) => !one.includes('"status": 200'))) note(line);
  };
  const reading = (async () => {
    while (going) {
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await read();
    }
  })();
  return {
    count: () => logged,
    async stop(): Promise<number> {
      going = false;
      await reading;
      await new Promise((resolve) => setTimeout(resolve, 4000));
      await read();
      return logged;
    },
  };
}

/** Requests in a process of their own, and the lines that HAProxy logged of them. */
function startLoad() {
  const load: LoadSettings = {
    ...{ address: "127.0.0.1", host: HOST, port: HTTPS, ca, path: PATH, body: "^demo \\S+ \\S+ 0\\n$" },
    ...{ kept: 6, fresh: 2, pause: FORM === "long" ? 0 : 10 },
  };
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(__dirname, "harness", "load.ts"), JSON.stringify(load)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const log = countLog();
  return {
    logged: log.count,
    async stop(): Promise<LoadResult & { logged: number }> {
      child.stdin.end();
      await ended;
      return { ...(JSON.parse(said) as LoadResult), logged: await log.stop() };
    },
  };
}

/** A POST whose body takes some seconds; its answer says how much arrived. */
function slowUpload(seconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: HTTPS,
        servername: HOST,
        ca,
        agent: false,
        method: "POST",
        path: "/upload",
        headers: { Host: HOST },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => (body += text));
        response.on("end", () => resolve(`${response.statusCode} ${body.trim()}`));
      },
    );
    sent.on("error", reject);
    let left = seconds * 4;
    const timer = setInterval(() => {
      sent.write("x".repeat(1000));
      if (--left === 0) {
        clearInterval(timer);
        sent.end();
      }
    }, 250);
  });
}

/** Serial number of the certificate on the wire. */
function servedCertificate(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: HTTPS, servername: HOST, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on("error", reject);
  });
}

const demoContainers = async () =>
  (
    await output("docker", [
      "ps",
      "-a",
      "--filter",
      `label=io.oneforall.platform=oneforall-${STACK}`,
      "--filter",
      "label=io.oneforall.service=demo",
      "--format",
      "{{.ID}} {{.State}}",
    ])
  )
    .split("\n")
    .filter(Boolean);

beforeAll(async () => {
  held = await holdImages();
  checkout = await Checkout.fresh(STACK, { httpPort: 29080, httpsPort: HTTPS, networkPool: "10.214.0.0/16" });
  addDemo();
  write({});
  await checkout.npm("up");
  ca = readFileSync(join(checkout.folder, ".oneforall", `ca-${STACK}.crt`), "utf8");
});

afterAll(async () => {
  const { code } = await run("npm", ["run", "--silent", "down", "--", "--with-data", STACK], { cwd: checkout.folder });
  if (code === 0) checkout.remove();
  await held.release();
});

test("no request fails while everything changes", async () => {
  const load = startLoad();
  const upload = slowUpload(20);
  const words = exchangeWords({ host: HOST, port: HTTPS, ca, path: "/socket" }, 25);
  const before = await servedCertificate();
  const changes: [string, () => Promise<unknown>][] = [
    ["its configuration", async () => (write({ text: "two" }), up())],
    ["a route more, and so another certificate", async () => (write({ services: ["demo", "second"] }), up())],
    ["one to three", async () => (write({ replicas: 3 }), up())],
    ["three to one", async () => (write({ replicas: 1 }), up())],
    ["its image", async () => (release("2"), up())],
    [
      "ten reloads",
      async () => {
        // Ours, and somebody else's who knows nothing of it, in turn.
        const plain = "echo reload | socat -t60 /run/haproxy/master.sock - | grep -q '^Success=1'";
        for (let n = 0; n < 10; n++) {
          await output("docker", ["exec", EDGE, "/bin/sh", "-c", n % 2 === 0 ? RELOAD : plain]);
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      },
    ],
    ["a route less", async () => (write({ services: ["demo"] }), up())],
  ];
  for (const [what, change] of changes) {
    note(`changing: ${what} (${load.logged()} requests so far)`);
    await change();
  }
  expect(await servedCertificate()).not.toBe(before);
  while (load.logged() < REQUESTS) await new Promise((resolve) => setTimeout(resolve, 1000));
  const { sent, failures, bodies, logged, p50, p99 } = await load.stop();
  note(
    `answers by version and configuration: ${JSON.stringify(bodies)}; p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
  );
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  figure("edge", "requests", sent, "count");
  figure("edge", "failed_requests", failed, "count");
  figure("edge", "logged_requests", logged, "count");
  expect(failures).toEqual({});
  expect(logged).toBe(sent);
  expect(Object.keys(bodies).sort()).toEqual(["demo 1 one 0", "demo 1 two 0", "demo 2 two 0"]);
  expect(await words).toBe(25);
  expect(await upload).toMatch(/^200 demo \S+ \S+ 80000$/);
});

test("999 other routes cost a request next to nothing", async () => {
  const { latencyRatio } = await routesLatency(FORM === "long" ? 400 : 100);
  figure("edge", "routes_latency_ratio", latencyRatio, "ratio");
  // The short form's sample is small, and in CI others compute beside it.
  expect(latencyRatio).toBeLessThanOrEqual(FORM === "long" ? 1.05 : 1.15);
});

test("a version that fails its gate gets no request, and the next plain up converges", async () => {
  const load = startLoad();
  write({ text: "crash" });
  const { code, stderr, stdout } = await checkout.tryPulumi("up", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain("the demo was told to crash");
  expect(stdout + stderr).toContain("the new ones are stopped and got no request");
  write({ text: "two" });
  await up();
  write({ text: "three" });
  await up();
  const { failures, bodies } = await load.stop();
  expect(failures).toEqual({});
  expect(Object.keys(bodies).sort()).toEqual(["demo 2 three 0", "demo 2 two 0"]);
  expect(await demoContainers()).toEqual([expect.stringMatching(/ running$/)]);
  expect(await checkout.steps("preview")).toEqual([]);
});

test("a first start that fails is followed by its fix", async () => {
  write({ services: ["demo", "late"], text: "crash" });
  expect((await checkout.tryPulumi("up", "--yes", "--skip-preview")).code).not.toBe(0);
  const client = new Client(ca, HTTPS);
  expect((await client.send(`https://${HOST}${PATH}`)).body).toBe("demo 2 three 0\n");
  write({ text: "four" });
  await up();
  for (const host of [HOST, "late.oneforall.localhost"]) {
    expect((await client.send(`https://${host}${PATH}`)).body).toBe("demo 2 four 0\n");
  }
});

test("replacing the edge itself interrupts for a moment, which is measured", async () => {
  const dockerfile = join(checkout.folder, "images", "haproxy", "Dockerfile");
  writeFileSync(dockerfile, `${readFileSync(dockerfile, "utf8")}LABEL io.oneforall.test=replaced\n`);
  const client = new Client(ca, HTTPS);
  let [going, gap, last] = [true, 0, performance.now()];
  const watching = (async () => {
    while (going) {
      const answered = await client.send(`https://${HOST}${PATH}`).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (answered) {
        gap = Math.max(gap, performance.now() - last);
        last = performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  try {
    await up();
    await new Promise((resolve) => setTimeout(resolve, 3000));
  } finally {
    going = false;
    await watching;
  }
  figure("edge", "replace_gap_ms", gap, "ms");
  expect(gap).toBeLessThan(30_000);
});
