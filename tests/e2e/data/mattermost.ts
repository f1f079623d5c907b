/** The chat as its users have it: over the API, a WebSocket and Alertmanager, through everything that is done to it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../../cli/run";
import type { Checkout } from "../harness/checkout";
import { Client } from "../harness/requests";
import { waitFor } from "../harness/wait";
import { API, ChatUser } from "./chat-user";

const ALERTS_API = "https://alertmanager.oneforall.localhost/api/v2/alerts";
/** How long it may take from a start until it answers. */
const START_SECONDS = 60;
const POSTS = 20;

/** The chat of a platform whose configuration has `chat.enabled`. */
export class Chat {
  private readonly posts: string[] = [];
  private file = { id: "", content: "" };

  private constructor(
    private readonly container: string,
    private readonly client: Client,
    private readonly adminPassword: string,
    private readonly user: ChatUser,
  ) {}

  /** As its first user, with the password that the stack's output tells. */
  static async of(checkout: Checkout): Promise<Chat> {
    const { folder, stack, platform, settings } = checkout;
    const ca = readFileSync(join(folder, ".oneforall", `ca-${stack}.crt`), "utf8");
    const client = new Client(ca, settings.httpsPort);
    const password = async (name: string) => (await checkout.pulumi("stack", "output", name, "--show-secrets")).trim();
    const user = await ChatUser.login({ client, ca, httpsPort: settings.httpsPort }, await password("chatPassword"));
    return new Chat(`${platform}-mattermost`, client, await password("adminPassword"), user);
  }

  /** All that a new chat has to show, and things written that must still be there after whatever is done to it. */
  async works(): Promise<void> {
    await this.refusesStrangers();
    await this.hasItsSettings();
    await this.tellsOfPosts();
    await this.showsAlerts();
    await this.write();
  }

  /** After a start: the session goes on, everything is there, and it takes what it is told now. */
  async goesOn(): Promise<void> {
    await waitFor("the chat after a start", START_SECONDS, async () => {
      await this.user.ask("/users/me");
      return true;
    });
    expect(await this.lost()).toEqual([]);
    await this.hasItsSettings();
    await this.tellsOfPosts();
  }

  /** kill -9, and Docker starts it again. */
  async killed(): Promise<void> {
    await output("docker", ["kill", "--signal", "KILL", this.container]);
    await output("docker", ["start", this.container]);
    await this.goesOn();
  }

  /** Nobody from outside can make themselves a user, let alone the first one, who owns the server. */
  private async refusesStrangers(): Promise<void> {
    const body = JSON.stringify({ username: "stranger", email: "stranger@example.org", password: "Stranger-4711" });
    expect((await this.client.send(`${API}/users`, { method: "POST", body })).status).toBe(403);
  }

  /**
   * Every MM_… variable of the container is a setting that the server knows, and has the value that it was given:
   * Mattermost ignores a name that it doesn't know and a value that it can't parse, without a word.
   */
  private async hasItsSettings(): Promise<void> {
    const text = await output("docker", ["inspect", "--format", "{{json .Config.Env}}", this.container]);
    const given = (JSON.parse(text) as string[])
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const)
      .filter(([name]) => /^MM_[A-Z]+_/.test(name) && name !== "MM_INSTALL_TYPE");
    const known = leaves(await this.user.ask("/config/environment"));
    const has = leaves(await this.user.ask("/config"));
    expect(given.length).toBeGreaterThan(20);
    expect(given.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
    // What could have a password in it isn't told.
    const told = given.filter(([name]) => !has.get(name)?.startsWith("****"));
    expect(Object.fromEntries(told.map(([name]) => [name, has.get(name)]))).toEqual(Object.fromEntries(told));
  }

  /** A post is told over a WebSocket to whoever listens. */
  private async tellsOfPosts(): Promise<void> {
    const events = await this.user.events();
    const told = (event: string, what: string) =>
      waitFor(`the WebSocket event ${event}`, 10, () => {
        const found = events.received.filter((text) => (JSON.parse(text) as { event?: string }).event === event);
        return found.some((text) => text.includes(what)) ? true : undefined;
      });
    await told("hello", "");
    const { id } = await this.user.post(await this.user.channel("town-square"), "hello");
    await told("posted", id);
    events.close();
  }

  /** What Alertmanager is told stands in the channel for alerts. */
  async showsAlerts(): Promise<void> {
    // A name of its own: more of the same alert would wait for the end of the group's interval.
    const alertname = `ChatTest${Date.now()}`;
    const annotations = { summary: "This is a test", action: "-" };
    const { status } = await this.client.send(ALERTS_API, {
      method: "POST",
      user: "admin",
      password: this.adminPassword,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify([{ labels: { alertname, severity: "critical" }, annotations }]),
    });
    expect(status).toBe(200);
    const channel = await this.user.channel("alerts");
    await waitFor("the alert in the channel", 60, async () => {
      const attachments = (await this.user.posts(channel)).flatMap(({ props }) => props.attachments ?? []);
      const found = attachments.filter(({ title }) => title?.includes(alertname));
      return found.some(({ text }) => text?.includes(annotations.summary)) ? true : undefined;
    });
  }

  /** Posts and a file. */
  private async write(): Promise<void> {
    const channel = await this.user.channel("off-topic");
    const content = `a file of ${Date.now()}\n`.repeat(100);
    this.file = { id: await this.user.attach(channel, "notes.txt", content), content };
    for (let index = 0; index < POSTS; index += 1) {
      this.posts.push((await this.user.post(channel, `message ${index}`)).id);
    }
  }

  /** What was acknowledged and isn't there. */
  private async lost(): Promise<string[]> {
    const there = new Set((await this.user.posts(await this.user.channel("off-topic"))).map(({ id }) => id));
    const { status, body } = await this.user.file(this.file.id);
    const file = status === 200 && body === this.file.content ? [] : [`the file (${status})`];
    return [...file, ...this.posts.filter((id) => !there.has(id))];
  }
}

/** The leaves of a configuration by the name of their variable; a list is its values with spaces between. */
function leaves(config: object): Map<string, string> {
  return new Map(
    Object.entries(config).flatMap(([section, values]) =>
      Object.entries((values ?? {}) as Record<string, unknown>).map(([name, value]): [string, string] => [
        `MM_${section}_${name}`.toUpperCase(),
        Array.isArray(value) ? value.join(" ") : String(value),
      ]),
    ),
  );
}
