/** The chat as its users have it: through the edge, with TLS checked, over the API, a WebSocket and Alertmanager. */
import { output } from "../../../cli/run";
import { listenForEvents, type Events } from "../harness/events";
import type { Answer, Client } from "../harness/requests";
import { waitFor } from "../harness/wait";

const HOST = "chat.oneforall.localhost";
const API = `https://${HOST}/api/v4`;
const ALERTS_API = "https://alertmanager.oneforall.localhost/api/v2/alerts";
/** How long it may take from a start until it answers. */
const START_SECONDS = 60;

/** A platform with `chat.enabled`, running. */
export interface ChatPlatform {
  readonly platform: string;
  readonly client: Client;
  readonly ca: string;
  readonly httpsPort: number;
  /** The platform's own admin password, for Alertmanager. */
  readonly adminPassword: string;
  /** Of the chat's first user: the stack output `chatPassword`. */
  readonly chatPassword: string;
}

interface Post {
  readonly id: string;
  readonly message: string;
  readonly props: { readonly attachments?: readonly { readonly title?: string; readonly text?: string }[] };
}

/** A logged-in user. */
export class ChatUser {
  private constructor(
    private readonly at: ChatPlatform,
    private readonly token: string,
  ) {}

  static async login(at: ChatPlatform): Promise<ChatUser> {
    const body = JSON.stringify({ login_id: "admin", password: at.chatPassword });
    const { status, headers, body: said } = await at.client.send(`${API}/users/login`, { method: "POST", body });
    const token = headers["token"];
    if (status !== 200 || typeof token !== "string") throw new Error(`the log-in answered ${status}: ${said}`);
    return new ChatUser(at, token);
  }

  async ask<T>(path: string, body?: unknown): Promise<T> {
    const answer = await this.at.client.send(`${API}${path}`, {
      headers: this.authorization(),
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`);
    return JSON.parse(answer.body) as T;
  }

  async channel(name: string): Promise<string> {
    return (await this.ask<{ id: string }>(`/teams/name/main/channels/name/${name}`)).id;
  }

  async posts(channel: string): Promise<readonly Post[]> {
    return Object.values((await this.ask<{ posts: Record<string, Post> }>(`/channels/${channel}/posts`)).posts);
  }

  post(channel: string, message: string): Promise<Post> {
    return this.ask("/posts", { channel_id: channel, message });
  }

  /** Sends a file and posts it. */
  async attach(channel: string, name: string, content: string): Promise<string> {
    const path = `/files?channel_id=${channel}&filename=${name}`;
    const sent = await this.at.client.send(`${API}${path}`, {
      method: "POST",
      headers: { ...this.authorization(), "Content-Type": "text/plain" },
      body: content,
    });
    if (sent.status !== 201) throw new Error(`the file was answered ${sent.status}: ${sent.body}`);
    const file = (JSON.parse(sent.body) as { file_infos: { id: string }[] }).file_infos[0]?.id ?? "";
    await this.ask("/posts", { channel_id: channel, message: `with ${name}`, file_ids: [file] });
    return file;
  }

  file(id: string): Promise<Answer> {
    return this.at.client.send(`${API}/files/${id}`, { headers: this.authorization() });
  }

  events(): Promise<Events> {
    const { httpsPort: port, ca } = this.at;
    return listenForEvents({ host: HOST, port, ca, path: "/api/v4/websocket", headers: this.authorization() });
  }

  private authorization() {
    return { Authorization: `Bearer ${this.token}` };
  }
}

/** Nobody from outside can make themselves a user, let alone the first one, who owns the server. */
export async function expectNoStrangers({ client }: ChatPlatform): Promise<void> {
  const stranger = { username: "stranger", email: "stranger@example.org", password: "Stranger-4711-Stranger" };
  const { status } = await client.send(`${API}/users`, { method: "POST", body: JSON.stringify(stranger) });
  expect(status).toBe(403);
}

/**
 * Every MM_… variable of the container is a setting that the server knows, and has the value that it was given:
 * Mattermost ignores what it doesn't know and what it can't parse, without a word.
 */
export async function expectSettingsTaken({ platform }: ChatPlatform, user: ChatUser): Promise<void> {
  const text = await output("docker", ["inspect", "--format", "{{json .Config.Env}}", `${platform}-mattermost`]);
  const given = (JSON.parse(text) as string[])
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const)
    .filter(([name]) => /^MM_[A-Z]+_/.test(name) && name !== "MM_INSTALL_TYPE");
  const known = leaves(await user.ask("/config/environment"));
  const has = leaves(await user.ask("/config"));
  expect(given.length).toBeGreaterThan(20);
  expect(given.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  // What could have a password in it isn't told.
  const told = given.filter(([name]) => !has.get(name)?.startsWith("****"));
  expect(Object.fromEntries(told.map(([name]) => [name, has.get(name)]))).toEqual(Object.fromEntries(told));
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

/** A post is told over a WebSocket to whoever listens. */
export async function expectEvent(user: ChatUser): Promise<void> {
  const events = await user.events();
  const channel = await user.channel("town-square");
  const post = await user.post(channel, "hello");
  await waitFor("the post as a WebSocket event", 10, () =>
    events.received.some((text) => text.includes('"event":"posted"') && text.includes(post.id)) ? true : undefined,
  );
  events.close();
}

/** What Alertmanager is told stands in the channel for alerts. */
export async function expectAlert({ client, adminPassword }: ChatPlatform, user: ChatUser): Promise<void> {
  const summary = `something is wrong at ${Date.now()}`;
  const alert = {
    labels: { alertname: "ChatTest", severity: "critical" },
    annotations: { summary, action: "Nothing." },
  };
  const { status } = await client.send(ALERTS_API, {
    method: "POST",
    user: "admin",
    password: adminPassword,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([alert]),
  });
  expect(status).toBe(200);
  const channel = await user.channel("alerts");
  await waitFor("the alert in the channel", 60, async () => {
    const attachments = (await user.posts(channel)).flatMap(({ props }) => props.attachments ?? []);
    return attachments.some(({ text }) => text?.includes(summary)) ? true : undefined;
  });
}

/** Posts and a file, which must all be there after whatever happens to the containers. */
export async function writeThings(user: ChatUser, count: number): Promise<() => Promise<number>> {
  const channel = await user.channel("off-topic");
  const content = `a file of ${Date.now()}\n`.repeat(100);
  const file = await user.attach(channel, "notes.txt", content);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push((await user.post(channel, `message ${index}`)).id);
  return async () => {
    const there = new Set((await user.posts(channel)).map(({ id }) => id));
    expect(await user.file(file)).toMatchObject({ status: 200, body: content });
    return ids.filter((id) => !there.has(id)).length;
  };
}

/** kill -9, and Docker starts it again. The session outlives it, too. */
export async function killChat({ platform }: ChatPlatform, user: ChatUser): Promise<void> {
  const container = `${platform}-mattermost`;
  await output("docker", ["kill", "--signal", "KILL", container]);
  await output("docker", ["start", container]);
  await chatAnswers(user);
}

export function chatAnswers(user: ChatUser): Promise<true> {
  return waitFor("the chat after a start", START_SECONDS, async () => {
    await user.ask("/users/me");
    return true as const;
  });
}
