import { certificateNames, edgeModel } from "../../components/haproxy/model";
import { adminUsers, edgeFiles, haproxyConfig } from "../../components/haproxy/render";
import { startPage, startPageServices } from "../../components/haproxy/start-page";
import { exampleRoutes } from "../examples";

const settings = { domain: "example.test", httpsPort: 443 };
const model = edgeModel(exampleRoutes, settings);

describe("the edge's files", () => {
  test("are these, for two services", () => {
    expect(edgeFiles(model, "<html></html>\n")).toMatchSnapshot();
  });

  test("don't depend on the order in which services were declared", () => {
    expect(edgeFiles(edgeModel([...exampleRoutes].reverse(), settings), "x\n")).toEqual(edgeFiles(model, "x\n"));
  });

  test("a port that isn't 443 is kept in the redirect", () => {
    expect(haproxyConfig({ ...model, httpsPort: 8443 })).toContain("https://%[var(txn.host)]:8443%[capture.req.uri]");
  });

  test("every map value is a declared backend, and only services that authenticate are open", () => {
    const files = edgeFiles(model, "x\n");
    const backends = [...files["haproxy.cfg"]!.matchAll(/^backend (\S+)/gm)].map(([, name]) => name);
    for (const line of files["hosts.map"]!.trim().split("\n")) expect(backends).toContain(line.split(" ")[1]);
    expect(files["open.lst"]).toBe("be_chat\n");
  });

  test("the certificate names the platform and every host", () => {
    expect(certificateNames(model)).toEqual(["chat.example.test", "example.test", "prometheus.example.test"]);
  });

  test("the admin's password is in the users' file alone", () => {
    expect(adminUsers("pw")).toContain("user admin insecure-password pw");
    expect(JSON.stringify(edgeFiles(model, "x\n"))).not.toContain("insecure-password");
  });
});

describe("the start page", () => {
  const services = [
    { name: "node-exporter", description: "Measures the host" },
    { name: "chat", description: "Talk <here> & now" },
  ];
  const page = startPage("oneforall-dev", startPageServices(exampleRoutes, services), [
    { title: "Grafana", reason: "no image" },
  ]);

  test("links what has a route, lists what has none, and says what is left out", () => {
    expect(page).toContain('<a href="https://chat.example.test">Chat</a>');
    expect(page).toContain("<h2>node-exporter</h2>");
    expect(page).toContain("Left out: no image");
    expect(page.indexOf("Chat")).toBeLessThan(page.indexOf("node-exporter"));
  });

  test("shows words as words", () => {
    expect(page).toContain("Talk &lt;here&gt; &amp; now");
  });
});
