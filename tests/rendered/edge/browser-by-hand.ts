/** As much of a browser as signing on takes: it follows redirects, keeps cookies, and fills in the provider's forms. */
import type { Answer, Edge } from "./edge";

export class Browser {
  /** Cookies by the host, or with a dot the domain, that they belong to. */
  private readonly cookies = new Map<string, Map<string, string>>();

  constructor(private readonly edge: Edge) {}

  async get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("GET", new URL(url), undefined, headers);
  }

  /** Opens a page and logs in under a name wherever a form asks for one; the answer that is neither form nor redirect. */
  async signOn(url: string, name: string): Promise<Answer> {
    let at = new URL(url);
    let answer = await this.send("GET", at);
    for (let steps = 0; steps < 20; steps += 1) {
      const { location } = answer.headers;
      const form = /<form[^>]*action="([^"]+)"[\s\S]*?name="prompt" value="(\w+)"/.exec(answer.body);
      if (location !== undefined) {
        at = new URL(location, at);
        answer = await this.send("GET", at);
      } else if (form) {
        at = new URL(form[1] ?? "", at);
        const fields = { prompt: form[2] ?? "", login: name, password: "any" };
        answer = await this.send("POST", at, new URLSearchParams(fields).toString());
      } else return answer;
    }
    throw new Error(`${url}: signing on goes in circles`);
  }

  private async send(method: string, url: URL, body?: string, more: Record<string, string> = {}): Promise<Answer> {
    const kept = this.cookiesFor(url.hostname);
    const cookie = [more["cookie"], kept].filter(Boolean).join("; ");
    const headers: Record<string, string> = { ...more, ...(cookie && { cookie }) };
    if (body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
    const path = url.pathname + url.search;
    const answer =
      url.protocol === "https:"
        ? await this.edge.https({ host: url.host, path, method, headers, body })
        : await outside(method, url, headers, body);
    for (const set of [answer.headers["set-cookie"] ?? []].flat()) this.keep(url.hostname, set);
    return answer;
  }

  private keep(host: string, set: string): void {
    const [pair = "", ...attributes] = set.split(/; */);
    const domain = attributes.find((one) => /^domain=/i.test(one))?.slice("domain=".length);
    const owner = domain === undefined ? host : `.${domain.replace(/^\./, "")}`;
    const name = pair.slice(0, pair.indexOf("="));
    const cookies = this.cookies.get(owner) ?? new Map<string, string>();
    cookies.set(name, pair.slice(name.length + 1));
    this.cookies.set(owner, cookies);
  }

  private cookiesFor(host: string): string {
    const owned = [...this.cookies].filter(([owner]) =>
      owner.startsWith(".") ? `.${host}`.endsWith(owner) : owner === host,
    );
    return owned.flatMap(([, cookies]) => [...cookies].map(([name, value]) => `${name}=${value}`)).join("; ");
  }
}

/** A request to somebody who isn't behind the edge. */
async function outside(method: string, url: URL, headers: Record<string, string>, body?: string): Promise<Answer> {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  const all = { ...Object.fromEntries(response.headers), "set-cookie": response.headers.getSetCookie() };
  return { status: response.status, headers: all, body: await response.text() };
}
