/**
 * The start page in a real browser, served by the real HAProxy. With UPDATE_DOCS=1 it also takes the picture in
 * docs/images.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { edgeModel } from "../../../components/haproxy/model";
import { PORTS } from "../../../components/haproxy/render";
import { startPage, startPageServices } from "../../../components/haproxy/start-page";
import { DOMAIN } from "../../edge";
import { openBrowser } from "./browser";
import { ADMIN_PASSWORD, Edge, TestNetwork } from "./edge";
import { Servers } from "./servers";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

const PICTURE = join(__dirname, "../../../docs/images/start-page.png");

describe("the start page", () => {
  let network: TestNetwork;
  let servers: Servers;
  let edge: Edge;
  let browser: Browser;

  beforeAll(async () => {
    network = new TestNetwork();
    servers = new Servers(network.gateway);
    const routes = [
      await servers.echo("grafana", { title: "Grafana" }),
      await servers.echo("prometheus", { title: "Prometheus", access: "admins" }),
      await servers.echo("alertmanager", { title: "Alertmanager", access: "admins" }),
      { ...(await servers.echo("chat", { title: "Chat" })), backend: `${network.gateway}:1` },
      await servers.echo("wiki", { title: "Wiki", maintenance: true }),
    ];
    const service = (name: string, version: string, description: string, passwordOutput?: string) => ({
      ...{ name, host: "main", version, description, passwordOutput },
    });
    const services = [
      service("grafana", "13.0.1", "Dashboards of everything", "grafanaPassword"),
      service("prometheus", "2.53.3", "Metrics of everything, and the rules that raise alerts"),
      service("alertmanager", "0.28.1", "Tells people of alerts"),
      service("chat", "11.4.0", "Talk to each other", "chatPassword"),
      service("wiki", "1.0", "What everybody should know"),
      service("node-exporter", "1.9.0", "Measures the host"),
      service("victoria-logs", "1.36.1", "Keeps the logs of everything"),
    ];
    const page = startPage("oneforall-dev", startPageServices("dev", routes, services), [
      { title: "Portainer", reason: "nothing that it could be built from is in any package registry" },
    ]);
    edge = new Edge(network, edgeModel(routes, { domain: DOMAIN, httpsPort: 443 }), "", page);
    while (
      !edge.tell("show stat").includes("be_chat,BACKEND") ||
      /^be_chat,BACKEND.*,UP,/m.test(edge.tell("show stat"))
    ) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    browser = await openBrowser(`--host-resolver-rules=MAP ${DOMAIN} ${edge.address}`);
  });

  afterAll(async () => {
    await browser.close();
    edge.remove();
    await servers.close();
    network.remove();
  });

  async function open(
    scheme: "light" | "dark",
    width = 1024,
  ): Promise<{ page: Page; asked: string[]; said: string[] }> {
    const context = await browser.newContext({
      colorScheme: scheme,
      viewport: { width, height: 800 },
      ignoreHTTPSErrors: true,
      httpCredentials: { username: "admin", password: ADMIN_PASSWORD },
    });
    const page = await context.newPage();
    const [asked, said]: [string[], string[]] = [[], []];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    await page.goto(`https://${DOMAIN}:${PORTS.https}/`);
    return { page, asked, said };
  }

  const card = (page: Page, title: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

  test("shows every service with what HAProxy knows of it, and asks nobody else", async () => {
    const { page, asked, said } = await open("light");
    expect(await page.title()).toBe("oneforall-dev");
    expect(await page.getByRole("link").allTextContents()).toEqual([
      "Alertmanager",
      "Chat",
      "Grafana",
      "Prometheus",
      "Wiki",
    ]);
    expect(await card(page, "Grafana").innerText()).toMatch(/up 13\.0\.1\s+Dashboards of everything/);
    expect(await card(page, "Grafana").innerText()).toContain("npx pulumi stack output grafanaPassword");
    expect(await card(page, "Chat").innerText()).toMatch(/down 11\.4\.0/);
    expect(await card(page, "Wiki").innerText()).toMatch(/maintenance 1\.0/);
    expect(await card(page, "node-exporter").getByRole("link").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Grafana" }).getAttribute("href")).toBe("https://grafana.example.test");
    expect(asked).toEqual([`https://${DOMAIN}:${PORTS.https}/`]);
    expect(said).toEqual([]);
  });

  test("can be walked through by keyboard and by headings", async () => {
    const { page } = await open("light");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Alertmanager");
    const levels = await page
      .getByRole("heading")
      .evaluateAll((all) => all.map((heading) => Number(heading.tagName.slice(1))));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect(await page.getByRole("region").count()).toBe(3);
  });

  test.each(["light", "dark"] as const)("every text stands out from its ground in the %s", async (scheme) => {
    const { page } = await open(scheme);
    const contrasts = (await page.evaluate(CONTRASTS)) as [string, number][]; // what the script makes
    expect(contrasts.length).toBeGreaterThan(20);
    // WCAG 2.2, 1.4.3
    expect(contrasts.filter(([, contrast]) => contrast < 4.5)).toEqual([]);
  });

  test("fits a narrow screen", async () => {
    const { page } = await open("dark", 320);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
  });

  test("is small", async () => {
    const { page } = await open("light");
    expect((await page.content()).length).toBeLessThan(20_000);
    if (process.env["UPDATE_DOCS"]) {
      mkdirSync(dirname(PICTURE), { recursive: true });
      await page.screenshot({ path: PICTURE, fullPage: true });
    }
    expect(statSync(PICTURE).size).toBeLessThan(150_000);
  });
});

/** The contrast of every element that has text of its own with the ground it stands on, as WCAG counts. */
const CONTRASTS = `(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  return [...document.body.querySelectorAll("*")].filter(own).map((element) => {
    const text = light(getComputedStyle(element).color);
    return [element.textContent, (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05)];
  });
})()`;
