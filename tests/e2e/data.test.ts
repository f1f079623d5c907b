/**
 * The database servers of a fresh clone, through the changes that people make, with clients connected; killed in
 * mid-write; and given a volume that isn't theirs. The tests build on each other and run in order.
 */
import { lines } from "../../cli/docker";
import { output, run } from "../../cli/run";
import { Checkout } from "./harness/checkout";
import { inspectAll, snapshot } from "./harness/docker";
import { figure, FORM, note } from "./harness/figures";
import { brokenInvariants } from "./harness/invariants";
import { Client } from "./harness/requests";
import { readableIn, secretsIn } from "./harness/secrets";
import { killWhileWriting, type KillCount } from "./data/kills";
import { Chat } from "./data/mattermost";
import { mysqlStory } from "./data/mysql";
import { noteIn, postgresStory } from "./data/postgres";
import { phpSettings, phpTests, writeSites } from "./data/php";
import { redisStory } from "./data/redis";
import type { Busy, Story, World } from "./data/story";

const MINUTES = 60_000;
jest.setTimeout(15 * MINUTES);

const STACK = "data-e2e";
const STORIES: readonly Story[] = [postgresStory, mysqlStory, redisStory];
const KILLS = FORM === "long" ? 10 : 2;

let checkout: Checkout;
let world: World;
let chat: Chat;

const settingsAt = (stage: keyof Story["settings"]) =>
  Object.fromEntries(STORIES.map(({ engine, settings }) => [engine, settings[stage]]));

async function change(name: string, value: object): Promise<void> {
  await checkout.pulumi("config", "set", "--plaintext", `oneforall:${name}`, JSON.stringify(value));
}

const up = () => checkout.pulumi("up", "--yes", "--skip-preview");
const idOf = (service: string) => output("docker", ["inspect", "--format", "{{.Id}}", `${world.platform}-${service}`]);
const ids = () => Promise.all(STORIES.map(({ engine }) => idOf(engine)));

beforeAll(async () => {
  const left = (await snapshot(`oneforall-${STACK}`)).filter((one) => one.includes(`oneforall-${STACK}`));
  if (left.length > 0) throw new Error(`an earlier run left these, remove them first: ${left.join(", ")}`);
  checkout = await Checkout.fresh(STACK, {
    httpPort: 8180,
    httpsPort: 8543,
    networkPool: "10.91.0.0/16",
    more: { databases: settingsAt("first"), chat: { enabled: true }, cms: phpSettings(["postgres", "mysql"]) },
  });
  writeSites(checkout.folder);
});

afterAll(async () => {
  // After a failure half-way the machine is left as it was, too.
  const { code } = await run("npm", ["run", "--silent", "down", "--", "--with-data", STACK], { cwd: checkout.folder });
  if (code === 0) checkout.remove();
});

test("npm run up makes the servers that the configuration has", async () => {
  await checkout.npm("up");
  world = { platform: checkout.platform, ca: await checkout.pulumi("stack", "output", "caCertificate") };
  for (const story of STORIES) await story.created(world);
});

test("the chat has its first user and team, tells of posts over a WebSocket, and shows what Alertmanager is told", async () => {
  chat = await Chat.of(checkout);
  await chat.works();
});

test("their containers satisfy the invariants, and nobody reads a password in the state or in Docker", async () => {
  const containers = await inspectAll(checkout.platform);
  expect(await brokenInvariants(containers)).toEqual([]);
  const secrets = secretsIn(await checkout.pulumi("stack", "export", "--show-secrets"));
  expect(secrets.length).toBeGreaterThan(5);
  expect(readableIn(await checkout.pulumi("stack", "export"), secrets)).toEqual([]);
  expect(readableIn(JSON.stringify(containers), secrets)).toEqual([]);
});

test("databases, users and rotated passwords are changed under connected clients, without a new container", async () => {
  const before = await ids();
  await change("databases", settingsAt("live"));
  await change(
    "secretVersions",
    Object.fromEntries(["postgres-mattermost", ...STORIES.flatMap(({ rotated }) => rotated)].map((name) => [name, 2])),
  );
  const busy = await Promise.all(STORIES.map((story) => story.busy(world)));
  let counts: Awaited<ReturnType<Busy["stop"]>>[];
  try {
    const planned = await checkout.steps("preview");
    expect(planned.length).toBeGreaterThan(0);
    expect(await checkout.steps("up", "--yes", "--skip-preview")).toEqual(planned);
  } finally {
    counts = await Promise.all(busy.map((clients) => clients.stop()));
  }
  expect(counts.flatMap(({ failed }) => failed)).toEqual([]);
  expect(Math.min(...counts.map(({ queries }) => queries))).toBeGreaterThan(50);
  figure(
    "data",
    "queries_during_change",
    counts.reduce((all, { queries }) => all + queries, 0),
    "count",
  );
  expect(await ids()).toEqual(before);
  for (const story of STORIES) await story.changed(world);
  await chat.goesOn();
});

test("a changed tuning that needs a start is applied, and the data is there", async () => {
  await change("databases", settingsAt("restarted"));
  await change("chat", { enabled: true, title: "Talk" });
  await up();
  for (const story of STORIES) await story.restarted(world);
  await chat.goesOn();
});

test("a second run changes nothing, and the preview says so", async () => {
  expect(await checkout.steps("preview")).toEqual([]);
  expect(await checkout.steps("up", "--yes", "--skip-preview")).toEqual([]);
});

test("nothing that a server acknowledged is lost when it is killed in mid-write", async () => {
  const counts: KillCount[] = [];
  for (const [seed, story] of STORIES.entries()) {
    counts.push(await killWhileWriting(story.target(world), { kills: KILLS, seed }));
    note(`${story.engine}: ${JSON.stringify(counts.at(-1))}`);
  }
  const sum = (of: (count: KillCount) => number) => counts.reduce((all, count) => all + of(count), 0);
  figure(
    "data",
    "kills",
    sum(({ kills }) => kills),
    "count",
  );
  figure(
    "data",
    "acknowledged_writes",
    sum(({ acknowledged }) => acknowledged),
    "count",
  );
  figure(
    "data",
    "acknowledged_lost",
    sum(({ lost }) => lost.length),
    "count",
  );
  expect(counts.map(({ lost }) => lost)).toEqual(counts.map(() => []));
  // Its database was among them; then it is killed itself.
  await chat.goesOn();
  await chat.killed();
});

phpTests(() => {
  const { folder, settings } = checkout;
  const client = new Client(world.ca, settings.httpsPort);
  return { world: { ...world, client, httpsPort: settings.httpsPort }, folder, up, kills: FORM === "long" ? KILLS : 1 };
});

describe("a volume that isn't the one that was there", () => {
  const volume = () => `${checkout.platform}-postgres-data`;
  const kept = () => `${volume()}-kept`;
  const server = () => `${checkout.platform}-postgres`;

  /** Of any image that can copy and list. */
  const imageId = async () => {
    const [id = ""] = lines(
      await output("docker", ["images", "--quiet", "--filter", "label=io.oneforall.build=postgres-17"]),
    );
    return id;
  };

  /** Everything of a volume into another one, by the server's own image. */
  async function copy(from: string, to: string): Promise<void> {
    const mounts = ["-v", `${from}:/from:ro`, "-v", `${to}:/to`];
    const words = ["run", "--rm", "--user", "0:0", "--network", "none", ...mounts, "--entrypoint", "cp"];
    await output("docker", [...words, await imageId(), "-a", "/from/.", "/to/"]);
  }

  /** As when a disk isn't mounted: the same name, and nothing in it. */
  async function empty(): Promise<void> {
    await output("docker", ["rm", "--force", server()]);
    await output("docker", ["volume", "rm", volume()]);
    // With our label: `npm run down` removes what has it.
    await output("docker", ["volume", "create", "--label", `io.oneforall.platform=${checkout.platform}`, volume()]);
  }

  test("empty: refused, with what was expected, what was found and what to do", async () => {
    await output("docker", ["stop", server()]);
    await output("docker", ["volume", "create", kept()]);
    await copy(volume(), kept());
    await empty();
    const { code, stdout, stderr } = await run("npm", ["run", "--silent", "up", "--", "--stack", STACK], {
      cwd: checkout.folder,
    });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/Expected: the data of oneforall-data-e2e\/postgres\/data in .* Found: nothing/);
    expect(stdout + stderr).toContain("Mount or restore that data");
    const inside = ["run", "--rm", "-v", `${volume()}:/v`, "--entrypoint", "ls", await imageId(), "-A", "/v"];
    expect(await output("docker", inside)).toBe("");
  });

  test("restored: it starts with everything that was in it", async () => {
    await copy(kept(), volume());
    await checkout.npm("up");
    expect(await noteIn(world)).toBe("before");
    await output("docker", ["volume", "rm", kept()]);
  });
});
