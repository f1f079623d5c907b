import { startPage, startPageServices } from "../../../components/haproxy/start-page";
import { registered } from "../../edge";

const services = [
  { name: "node-exporter", host: "main", description: "Measures the host", version: "1.9.0" },
  {
    name: "chat",
    host: "main",
    description: "Talk <here> & now, 100%",
    version: "11.0",
    passwordOutput: "chatPassword",
  },
  { name: "prometheus", host: "main", description: "Metrics", version: "2.53.3" },
  { name: "blog", host: "main", description: "Words", version: "4" },
];
const routes = [
  registered("chat", { title: "Chat" }),
  registered("prometheus", { access: "admins" }),
  registered("blog", { maintenance: true, path: "/blog" }),
];
const page = startPage("oneforall-dev", startPageServices("dev", routes, services), [
  { title: "Grafana", reason: "no image" },
]);
/** The card of one service. */
const card = (title: string) => page.split("<li>").find((part) => part.includes(title)) ?? "";

test("links what has a route, lists what has none, and says what is left out", () => {
  expect(card("Chat")).toContain('<a href="https://chat.example.test">Chat</a>');
  expect(card("blog")).toContain('href="https://blog.example.test/blog"');
  expect(card("node-exporter")).toContain("<h3>node-exporter</h3>");
  expect(card("Grafana")).toContain("no image");
  const order = ["Services", "Chat", "Behind them", "node-exporter", "Left out", "Grafana"].map((word) =>
    page.indexOf(`>${word}<`),
  );
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test("says each version, and how to have the first password but never the password", () => {
  expect(card("Chat")).toContain("<span>11.0</span>");
  expect(card("Chat")).toContain("<code>npx pulumi stack output chatPassword --show-secrets -s dev</code>");
  expect(card("prometheus")).toContain("Asks as this page did");
});

test("leaves the health to HAProxy, which knows it, where somebody works on it to words", () => {
  expect(card("Chat")).toContain("%[str(be_chat),nbsrv,bool,iif(up,down)]");
  expect(card("blog")).toContain(">maintenance</span>");
  expect(card("blog")).not.toContain("nbsrv");
  expect(card("node-exporter")).not.toContain("nbsrv");
});

test("shows words as words, to browsers and to HAProxy", () => {
  expect(page).toContain("Talk &lt;here&gt; &amp; now, 100%%");
  expect(page.replace(/%\[[^\]]*\]/g, "").replaceAll("%%", "")).not.toContain("%");
});

test("runs nothing and asks nobody else for anything", () => {
  expect(page).not.toMatch(/<script|<img|url\(|@import/i);
});
