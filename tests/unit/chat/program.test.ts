/** The whole program with the chat switched on. */
import type { ResourceFacts } from "../../../components/core/policy";
import { run } from "../program";

const CHAT = { chat: JSON.stringify({ enabled: true }) };
/** By its logical name, which a service and its container share. */
const named = (resources: readonly ResourceFacts[], name: string) =>
  resources.find((one) => one.name === name && !one.type.startsWith("oneforall:"));
const text = (resources: readonly ResourceFacts[], name: string) => JSON.stringify(named(resources, name)?.props);

test("without it there is no chat, and alerts go nowhere else", async () => {
  const resources = await run({ imageSource: "packages" }, false);
  expect(named(resources, "mattermost")).toBeUndefined();
  expect(text(resources, "alertmanager-live-config")).not.toContain("slack_configs");
}, 30_000);

test("with it, Alertmanager posts to a webhook whose address comes later, by a volume that both know", async () => {
  const resources = await run({ imageSource: "packages", ...CHAT }, false);
  expect(text(resources, "alertmanager-live-config")).toContain("api_url_file: /run/chat/url");
  const volume = named(resources, "mattermost-alert-hook")?.props["name"] as string;
  expect(named(resources, "alertmanager")?.props["mounts"]).toContainEqual(
    expect.objectContaining({ source: volume, target: "/run/chat", readOnly: true }),
  );
}, 30_000);

test("what a built image lacks is said in the plan; a released one lacks nothing", async () => {
  // The start page is part of the edge's configuration.
  const page = async (imageSource: string) => text(await run({ imageSource, ...CHAT }, false), "haproxy-live-config");
  expect(await page("packages")).toContain("Mattermost's web client");
  expect(await page("pull")).not.toContain("Mattermost's web client");
}, 60_000);

test("no password is in the container's arguments, and the database's is a file", async () => {
  const secret = "db-password-4711";
  const config = {
    imageSource: "packages",
    ...CHAT,
    "postgres-mattermost": secret,
    chatPassword: "admin-password-4711",
  };
  const resources = await run(config, false, ["postgres-mattermost", "chatPassword"]);
  const holders = resources.filter(({ props }) => /password-4711/.test(JSON.stringify(props))).map(({ name }) => name);
  expect(holders.sort()).toEqual(["mattermost-secrets-filled", "postgres-passwords-written"]);
  expect(text(resources, "mattermost")).toContain("PGPASSFILE=/run/secrets/pgpass");
}, 30_000);
