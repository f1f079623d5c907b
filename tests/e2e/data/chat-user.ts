/** A user of the chat, through the edge with TLS checked. */
import { listenForEvents, type Events } from "../harness/events";
import type { Answer, Client } from "../harness/requests";

export const CHAT = "chat.oneforall.localhost";
export const API = `https://${CHAT}/api/v4`;

/** The edge of a platform with a chat. */
export interface ChatEdge {
  readonly client: Client;
  readonly ca: string;
  readonly httpsPort: number;
}

export interface Post {
  readonly id: string;
  readonly message: string;
  readonly props: { readonly attachments?: readonly { readonly title?: string; readonly text?: string }[] };
}

/** A logged-in user. */
export class ChatUser {
  private constructor(
    private readonly at: ChatEdge,
    private readonly token: string,
  ) {}

  static async login(at: ChatEdge, password: string): Promise<ChatUser> {
    const body = JSON.stringify({ login_id: "admin", password });
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
    return listenForEvents({ host: CHAT, port, ca, path: "/api/v4/websocket", headers: this.authorization() });
  }

  private authorization() {
    return { Authorization: `Bearer ${this.token}` };
  }
}
