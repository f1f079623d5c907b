/**
 * A real PHP application with a database, twice from the list of sites, asked through the edge as its visitors ask: over
 * TLS, with sessions and uploads. The application is in php/notes.
 */
import { createHash } from "node:crypto";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../../cli/run";
import type { Client } from "../harness/requests";
import { type Answer } from "../harness/requests";
import { note } from "../harness/figures";
import { waitFor } from "../harness/wait";
import { killContainer, killWhileWriting, textOf, type KillTarget } from "./kills";

export interface PhpWorld {
  /** Docker's prefix of everything. */
  readonly platform: string;
  readonly client: Client;
  readonly httpsPort: number;
}

/** Largest request of the first site, in bytes. */
const LIMIT = 2 * 2 ** 20;

/** `cms` in the configuration. The engines are those of the servers that run anyway. */
export function phpSettings(engines: readonly ["postgres" | "mysql", "postgres" | "mysql"]): object {
  const [first, second] = engines;
  const site = { writable: ["uploads"], memory: "192MiB" };
  return {
    sites: [
      { ...site, name: "notes", source: { directory: "notes" }, database: first, upload: "2MiB" },
      { ...site, name: "diary", source: { directory: "diary" }, database: second },
    ],
  };
}

/** The two sites' files, in a checkout. */
export function writeSites(folder: string): void {
  for (const name of ["notes", "diary"]) {
    cpSync(join(__dirname, "php", "notes"), join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "name.txt"), name);
  }
}

/** What the tests need of whoever runs the stack. */
export interface PhpStack {
  readonly world: PhpWorld;
  /** Where `writeSites` has put the sites. */
  readonly folder: string;
  readonly up: () => Promise<unknown>;
  readonly kills: number;
}

/** The tests of the two sites; `stack` is asked for when they run. */
export function phpTests(stack: () => PhpStack): void {
  describe("PHP sites", () => {
    let kept = "";

    test("each serves under its own name, knows its visitor, and has a database of its own", () =>
      sitesServe(stack().world));

    test("uploads are kept, limited, and never run", async () => {
      kept = await uploadsAreKept(stack().world);
    });

    test("a new release of one leaves its sessions and the other site alone", async () => {
      const { world, folder, up } = stack();
      const other = await idOf(world, "diary");
      await sessionsOutlive(world, () => {
        writeFileSync(join(folder, "notes", "name.txt"), "notes, second edition");
        return up();
      });
      expect(json(await new Visitor(world, "notes").get("/"))["site"]).toBe("notes, second edition");
      expect(await idOf(world, "diary")).toBe(other);
    });

    test("nothing acknowledged is lost when Apache is killed in mid-write", async () => {
      const { world, kills } = stack();
      const count = await killWhileWriting(phpTarget(world), { kills, seed: 7 });
      note(`a PHP site: ${JSON.stringify(count)}`);
      expect(count.acknowledged).toBeGreaterThan(kills);
      expect(count.lost).toEqual([]);
      expect((await new Visitor(world, "notes").get(kept)).status).toBe(200);
    });

    test("its numbers are there for Prometheus", async () => {
      const numbers = await siteMetrics(stack().world, "notes");
      expect(numbers).toMatch(/^apache_up 1$/m);
      expect(numbers).toMatch(/^php_opcache_hits_total [1-9]\d*$/m);
    });
  });
}

/** A visitor of a site, with a cookie. */
class Visitor {
  private cookie = "";

  constructor(
    private readonly world: PhpWorld,
    private readonly site: string,
  ) {}

  async get(path: string): Promise<Answer> {
    return this.seen(await this.world.client.send(this.url(path), { headers: this.headers() }));
  }

  async logIn(author: string): Promise<Answer> {
    return this.post("/login", { author });
  }

  /** Fields as a browser sends them, with a file when there is one. */
  async post(
    path: string,
    fields: Readonly<Record<string, string>>,
    file?: { name: string; text: string },
  ): Promise<Answer> {
    const boundary = "a-boundary-of-the-test";
    const parts = [
      ...Object.entries(fields).map(([name, text]) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${text}`),
      ...(file
        ? [
            `Content-Disposition: form-data; name="attachment"; filename="${file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n${file.text}`,
          ]
        : []),
    ];
    const body = [...parts.map((part) => `--${boundary}\r\n${part}\r\n`), `--${boundary}--\r\n`].join("");
    const headers = {
      "Content-Type": `multipart/form-data; boundary=${boundary}`,
      "Content-Length": String(Buffer.byteLength(body)),
    };
    const sent = { method: "POST", headers: { ...this.headers(), ...headers }, body };
    return this.seen(await this.world.client.send(this.url(path), sent));
  }

  private url(path: string): string {
    return `https://${this.site}.oneforall.localhost:${this.world.httpsPort}${path}`;
  }

  private headers(): Record<string, string> {
    return this.cookie === "" ? {} : { Cookie: this.cookie };
  }

  private seen(answer: Answer): Answer {
    const set = answer.headers["set-cookie"];
    for (const one of Array.isArray(set) ? set : []) {
      const [pair = ""] = one.split(";");
      if (pair.startsWith("PHPSESSID=")) this.cookie = pair;
    }
    return answer;
  }
}

const json = (answer: Answer) => JSON.parse(answer.body) as Record<string, unknown>;

/** Each site answers under its own name, knows its visitor and that it came by HTTPS, and has a database of its own. */
async function sitesServe(world: PhpWorld): Promise<void> {
  for (const site of ["notes", "diary"]) {
    const visitor = new Visitor(world, site);
    const home = json(await visitor.get("/"));
    expect(home).toMatchObject({ site, https: true, author: null });
    // Not HAProxy's: where the request came from.
    expect(home["client"]).toBe(await gateway(world));
    expect((await visitor.post("/notes", { text: "nobody" })).status).toBe(401);
    await visitor.logIn("ann");
    expect(await visitor.post("/notes", { text: `of ${site}` })).toMatchObject({ status: 201 });
    expect(json(await visitor.get("/notes"))).toEqual({ texts: [`of ${site}`] });
  }
  const spoofed = await world.client.send(`https://notes.oneforall.localhost:${world.httpsPort}/`, {
    headers: { "X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7" },
  });
  expect(json(spoofed)["client"]).toBe(await gateway(world));
}

/** An upload is kept as it was; one that is too large is refused at the edge; nothing uploaded is ever a program. */
async function uploadsAreKept(world: PhpWorld): Promise<string> {
  const visitor = new Visitor(world, "notes");
  await visitor.logIn("ann");
  const text = "an attachment\n".repeat(50_000);
  const kept = json(await visitor.post("/notes", { text: "with a file" }, { name: "File.TXT", text }));
  expect(kept["attachment"]).toBe(`${createHash("sha256").update(text).digest("hex")}.txt`);
  const path = `/uploads/${String(kept["attachment"])}`;
  expect((await visitor.get(path)).body).toBe(text);

  const large = { name: "large.txt", text: "x".repeat(LIMIT) };
  expect((await visitor.post("/notes", { text: "too large" }, large)).status).toBe(413);
  expect((await new Visitor(world, "diary").post("/notes", { text: "larger" }, large)).status).toBe(401);

  const program = json(
    await visitor.post("/notes", { text: "a program" }, { name: "x.php", text: "<?php echo 6 * 7;" }),
  );
  const asked = await visitor.get(`/uploads/${String(program["attachment"])}`);
  expect([asked.status, asked.body.includes("42"), asked.body.includes("6 * 7")]).toEqual([403, false, false]);
  for (const hidden of ["/.htaccess", "/uploads/.oneforall", "/server-status"]) {
    expect([hidden, (await visitor.get(hidden)).body.includes("RewriteRule")]).toEqual([hidden, false]);
  }
  return path;
}

/** Who is logged in stays so while the container is another one. */
async function sessionsOutlive(world: PhpWorld, change: () => Promise<unknown>): Promise<void> {
  const visitor = new Visitor(world, "notes");
  await visitor.logIn("bob");
  await change();
  await waitFor("the site after its change", 60, async () =>
    (await visitor.get("/")).status === 200 ? true : undefined,
  );
  expect(json(await visitor.get("/"))["author"]).toBe("bob");
}

/** Rows written through the edge, Apache and PHP; what is killed is Apache. */
export function phpTarget(world: PhpWorld): KillTarget {
  const container = `${world.platform}-notes`;
  return {
    name: "a PHP site",
    async connect() {
      const visitor = new Visitor(world, "notes");
      if ((await visitor.logIn("writer")).status !== 200) throw new Error("it doesn't serve");
      return {
        async write(row) {
          const { status, body } = await visitor.post("/notes", { text: `${row} ${textOf(row)}` });
          if (status !== 201) throw new Error(`answered ${status}: ${body.slice(0, 200)}`);
        },
        close: () => Promise.resolve(),
      };
    },
    async rows() {
      const { texts } = JSON.parse((await new Visitor(world, "notes").get("/notes")).body) as { texts: string[] };
      const rows = texts.map((text) => /^(\d+) (.*)$/.exec(text)).filter((match) => match !== null);
      return new Map(rows.map(([, row, text]) => [Number(row), String(text)]));
    },
    kill: () => killContainer(container),
  };
}

/** What Prometheus is told of a site. */
async function siteMetrics(world: PhpWorld, site: string): Promise<string> {
  return output("docker", [
    "exec",
    `${world.platform}-${site}`,
    "wget",
    "-q",
    "-O",
    "-",
    "http://127.0.0.1:9117/metrics",
  ]);
}

const idOf = ({ platform }: PhpWorld, service: string) =>
  output("docker", ["inspect", "--format", "{{.Id}}", `${platform}-${service}`]);

/** Where requests of this machine seem to come from. */
async function gateway({ platform }: PhpWorld): Promise<string> {
  const format = "{{(index .IPAM.Config 0).Gateway}}";
  return (await output("docker", ["network", "inspect", "--format", format, `${platform}-edge`])).trim();
}
