/**
 * The main job on real Docker, from a fresh clone to nothing: one platform, driven by the two commands and by Pulumi's
 * own. The tests build on each other and run in order.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, run } from "../../cli/run";
import { declaredBy } from "../declared";
import { Checkout, type StackSettings } from "./harness/checkout";
import { holdImages, inspectAll, isVolumeRecord, residueSince, snapshot } from "./harness/docker";
import { figure, FORM, note } from "./harness/figures";
import { brokenInvariants } from "./harness/invariants";
import { killEngine, signalAll } from "./harness/processes";
import { Client, type Answer } from "./harness/requests";
import { readableIn, secretsIn } from "./harness/secrets";
import { waitFor } from "./harness/wait";
import { listenForWebhooks, type Webhook } from "./harness/webhook";
import { mirrorTests } from "./main/mirror";

const MINUTES = 60_000;
jest.setTimeout(10 * MINUTES);

const STACK = "e2e";
const HTTPS = 19443;
const POOL = "10.213";
// The gateway of the platform's second network, monitoring: this machine as Alertmanager sees it.
const GATEWAY = `${POOL}.1.1`;
const SETTINGS: StackSettings = { httpPort: 19080, httpsPort: HTTPS, networkPool: `${POOL}.0.0/16` };
const TOKEN = "token-of-the-e2e-webhook";

let checkout: Checkout;
let webhook: Webhook;
let before: string[];
let password: string;

const platform = () => checkout.platform;
const page = (name: string, path = "/") => `https://${name}.oneforall.localhost${path}`;

function edge(): Client {
  return new Client(readFileSync(join(checkout.folder, ".oneforall", `ca-${STACK}.crt`), "utf8"), HTTPS);
}
function asAdmin(url: string): Promise<Answer> {
  return edge().send(url, { user: "admin", password });
}
async function ask<T>(name: string, path: string): Promise<T> {
  const { status, body } = await asAdmin(page(name, path));
  if (status !== 200) throw new Error(`${name}${path} answered ${status}: ${body.slice(0, 200)}`);
  return JSON.parse(body) as T;
}

interface Target {
  readonly health: "up" | "down" | "unknown";
  readonly scrapeUrl: string;
  readonly lastError: string;
}

/** What Prometheus reads, with what became of it; `unknown` is one that it hasn't asked yet. */
async function targets(): Promise<readonly Target[]> {
  const path = "/api/v1/targets?state=active";
  const { activeTargets } = (await ask<{ data: { activeTargets: Target[] } }>("prometheus", path)).data;
  if (activeTargets.length === 0) throw new Error("Prometheus has no targets");
  return activeTargets;
}

beforeAll(async () => {
  before = await snapshot(`oneforall-${STACK}`);
  const left = before.filter((one) => one.includes(`oneforall-${STACK}`));
  if (left.length > 0) throw new Error(`an earlier run left these, remove them first: ${left.join(", ")}`);
  webhook = await listenForWebhooks();
  checkout = await Checkout.fresh(STACK, SETTINGS);
});

afterAll(async () => {
  await webhook.close();
  // After a failure half-way the machine is left as it was, too.
  const { code } = await run("npm", ["run", "--silent", "down", "--", "--with-data", STACK], { cwd: checkout.folder });
  if (code === 0) checkout.remove();
});

test("npm run up brings a fresh clone to a running platform", async () => {
  const started = Date.now();
  const said = await checkout.npm("up");
  figure("main", "fresh_minutes", (Date.now() - started) / MINUTES, "minutes");
  expect(said).toMatch(/Prometheus +https:\/\/prometheus\.oneforall\.localhost:19443 +healthy/);
  expect(said).toMatch(/npx pulumi stack output adminPassword --show-secrets -s e2e/);
  expect(said).toMatch(/Up after/);
  password = (await checkout.pulumi("stack", "output", "adminPassword", "--show-secrets")).trim();
  expect(password.length).toBeGreaterThanOrEqual(24);
});

test("the edge serves every page over TLS, to whoever has the password", async () => {
  for (const name of ["prometheus", "alertmanager"]) {
    expect((await edge().send(page(name))).status).toBe(401);
    expect((await edge().send(page(name), { user: "admin", password: "wrong" })).status).toBe(401);
  }
  expect((await asAdmin(page("alertmanager", "/-/ready"))).status).toBe(200);
  expect((await asAdmin(page("prometheus", "/-/ready"))).status).toBe(200);
});

test("every container satisfies the invariants", async () => {
  const containers = await inspectAll(platform());
  figure("main", "containers", containers.length, "count");
  expect(containers.length).toBeGreaterThan(5);
  expect(await brokenInvariants(containers)).toEqual([]);
  expect(containers.filter(({ State }) => !State.Running)).toEqual([]);
});

test("no secret is readable in the state or in Docker", async () => {
  const secrets = secretsIn(await checkout.pulumi("stack", "export", "--show-secrets"));
  expect(secrets.map(({ value }) => value)).toContain(password);
  const places = {
    "the exported state": await checkout.pulumi("stack", "export"),
    "the state's file": readFileSync(
      join(checkout.folder, ".oneforall", "state", ".pulumi", "stacks", "oneforall", `${STACK}.json`),
      "utf8",
    ),
    "docker inspect": JSON.stringify(await inspectAll(platform())),
  };
  const readable = Object.entries(places).flatMap(([place, text]) =>
    readableIn(text, secrets).map((where) => `${where} in ${place}`),
  );
  expect(readable).toEqual([]);
});

test("a second run changes nothing, and the preview says so", async () => {
  expect(await checkout.steps("preview")).toEqual([]);
  const steps = await checkout.steps("up", "--yes", "--skip-preview");
  figure("main", "second_up_changes", steps.length, "count");
  expect(steps).toEqual([]);
});

test("configuration errors are told within seconds, all at once, and change nothing", async () => {
  const file = join(checkout.folder, `Pulumi.${STACK}.yaml`);
  const good = readFileSync(file, "utf8");
  await checkout.set("domain", "Not A Domain");
  await checkout.set("monitoring.prometheus.retentionDays", "0");
  // Shown: hidden ones are encrypted anew at every export.
  const exported = () => checkout.pulumi("stack", "export", "--show-secrets");
  const state = await exported();
  const started = Date.now();
  const { code, stdout, stderr } = await checkout.tryPulumi("up", "--yes", "--skip-preview");
  const seconds = (Date.now() - started) / 1000;
  writeFileSync(file, good);
  figure("main", "configuration_error_seconds", seconds, "seconds");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('oneforall:domain: "Not A Domain" is not a domain');
  expect(stdout + stderr).toContain("oneforall:monitoring.prometheus.retentionDays: 0 is not a number of days");
  expect(seconds).toBeLessThan(5);
  // The stack itself has outputs, which a program that ended early gives none of.
  const resources = (text: string) =>
    (JSON.parse(text) as { deployment: { resources: { type: string }[] } }).deployment.resources.filter(
      ({ type }) => type !== "pulumi:pulumi:Stack",
    );
  expect(resources(await exported())).toEqual(resources(state));
});

test("Prometheus reads every target", async () => {
  await waitFor("every target of Prometheus up", 90, async () => {
    const others = (await targets()).filter(({ health }) => health !== "up");
    if (others.length === 0) return true;
    throw new Error(others.map(({ scrapeUrl, health, lastError }) => `${scrapeUrl} ${health} ${lastError}`).join("; "));
  });
});

test("every panel of every dashboard shows something", async () => {
  const { declared } = await declaredBy({ imageSource: "packages" }, () => import("../../index.ts" as string));
  const panels = declared
    .flatMap(({ spec }) => spec.dashboards ?? [])
    .flatMap(({ title, panels }) => panels.map((panel) => ({ panel: `${title}: ${panel.title}`, query: panel.query })));
  expect(panels.length).toBeGreaterThan(40);
  await waitFor("series for every panel", 300, async () => {
    const results = await Promise.all(
      panels.map(async ({ panel, query }) => {
        const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
        const { data } = await ask<{ data: { result: unknown[] } }>("prometheus", path);
        return data.result.length > 0 ? [] : [`${panel} (${query})`];
      }),
    );
    const empty = results.flat();
    if (empty.length === 0) return true;
    throw new Error(`nothing for ${empty.join("; ")}`);
  });
});

test("a preview lists exactly what the update then does", async () => {
  // Found missing by Prometheus while the update runs, which leaves Prometheus alone; the next test waits for the alert.
  await output("docker", ["stop", `${platform()}-node-exporter`]);
  await checkout.set("monitoring.logs.retentionDays", "31");
  await checkout.set("alertWebhookUrl", `http://${GATEWAY}:${webhook.port}/${TOKEN}`, "--secret");
  const previewed = await checkout.steps("preview");
  expect(previewed.length).toBeGreaterThan(0);
  expect(await checkout.steps("up", "--yes", "--skip-preview")).toEqual(previewed);
  expect(await checkout.steps("preview")).toEqual([]);
});

test("a stopped exporter reaches a webhook as an alert", async () => {
  interface Notification {
    status: string;
    alerts: { labels: { alertname: string } }[];
  }
  const names = await waitFor("the alert at the webhook", 240, () => {
    const notifications = webhook.received(`/${TOKEN}`) as Notification[];
    const firing = notifications.filter(({ status }) => status === "firing").flatMap(({ alerts }) => alerts);
    const found = firing
      .map(({ labels }) => labels.alertname)
      .filter((name) => /^(HostDown|TargetMissing)$/.test(name));
    return found.length > 0 ? found : undefined;
  });
  expect(names.length).toBeGreaterThan(0);
});

test("after kill -9 of the engine and of containers, npm run up converges", async () => {
  await checkout.set("monitoring.prometheus.retentionDays", "32");
  const running = checkout.startNpm("up", "--stack", STACK);
  // In the middle of replacing a container: the old one gone, the new one not recorded yet.
  await running.seen(/Container prometheus (creating|\S*deleting|replac)/);
  killEngine(checkout.folder);
  expect(await running.ended).not.toBe(0);

  const direct = await checkout.tryPulumi("up", "--yes", "--skip-preview");
  expect(direct.code).not.toBe(0);
  expect(direct.stdout + direct.stderr).toMatch(/npm run up/);

  await output("docker", ["rm", "--force", `${platform()}-alertmanager`]);
  await output("docker", ["kill", `${platform()}-haproxy`]);
  // What an engine leaves that was killed between a container's creation and its record.
  const image = (await inspectAll(platform())).find(({ Name }) => Name.endsWith("-haproxy"))?.Config.Image ?? "";
  const label = `io.oneforall.platform=${platform()}`;
  await output("docker", ["create", "--name", `${platform()}-stray`, "--label", label, image, "true"]);

  const said = await checkout.npm("up");
  expect(said).toMatch(/removed the lock of a run that is gone/);
  expect(said).toMatch(/removed the container oneforall-e2e-stray/);
  expect(said).toMatch(/made anew: Container alertmanager/);
  expect(said).toMatch(/started the container oneforall-e2e-haproxy/);
  // Just restarted, it has no targets for a moment.
  const read = await waitFor("targets of the restarted Prometheus", 30, targets);
  expect(read.filter(({ health }) => health === "down")).toEqual([]);
  expect((await asAdmin(page("alertmanager", "/-/ready"))).status).toBe(200);
  expect(await checkout.steps("preview")).toEqual([]);
  const [retention] = (await inspectAll(platform())).filter(({ Name }) => Name.endsWith("-prometheus"));
  expect(JSON.stringify(retention?.Config)).toContain("32d");
});

/** Ctrl-C, or kill -9 of everything, at a moment that nobody chose; again and again in the long form. */
async function interruptedUp(): Promise<void> {
  for (let round = 0; round < (FORM === "long" ? 12 : 1); round++) {
    const milliseconds = 2000 + Math.round(Math.random() * (FORM === "long" ? 20_000 : 8000));
    const signal = round % 2 === 0 ? "SIGINT" : "SIGKILL";
    note(`npm run up gets ${signal} after ${milliseconds} ms`);
    const running = checkout.startNpm("up", "--stack", STACK);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    signalAll(running, signal);
    await running.ended;
  }
}

test("npm run down leaves nothing but the volumes that it lists; up again has the old data and passwords", async () => {
  const samples = async (at: number) => {
    const query = `/api/v1/query?query=${encodeURIComponent("count(up == 1)")}&time=${at}`;
    return (await ask<{ data: { result: unknown[] } }>("prometheus", query)).data.result.length;
  };
  const then = Math.floor(Date.now() / 1000);
  expect(await samples(then)).toBe(1);

  const images = await holdImages();
  const said = await checkout.npm("down");
  const kept = /Kept with their data.*\n((?: {2}\S+\n)+)/.exec(said)?.[1]?.trim().split(/\s+/) ?? [];
  expect(kept).toContain("oneforall-e2e-prometheus-data");
  expect(said).toContain(`npm run down -- --with-data ${STACK}`);
  // The volumes that it says it keeps, and the records that they must hold data.
  const volumes = new Set(kept.map((name) => `volume ${name}`));
  const residue = (await residueSince(before, platform())).filter((one) => !volumes.has(one) && !isVolumeRecord(one));
  figure("main", "residue", residue.length, "count");
  expect(residue).toEqual([]);
  await images.release();

  await interruptedUp();
  await checkout.npm("up");
  expect(await checkout.steps("preview")).toEqual([]);
  expect((await checkout.pulumi("stack", "output", "adminPassword", "--show-secrets")).trim()).toBe(password);
  await waitFor("the samples from before", 60, async () => ((await samples(then)) === 1 ? true : undefined));
});

test("npm run down -- --with-data leaves nothing at all", async () => {
  const refused = await checkout.npm("down", ["--stack", "other", "--with-data", STACK], 1);
  expect(refused).toMatch(/name one/);
  const images = await holdImages();
  await checkout.npm("down", ["--with-data", STACK]);
  expect(await residueSince(before, platform())).toEqual([]);
  expect(existsSync(join(checkout.folder, ".oneforall"))).toBe(false);
  await images.release();
});

if (FORM === "long") describe("from a registry of one's own", () => mirrorTests(SETTINGS));
