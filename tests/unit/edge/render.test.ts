import { userList } from "../../../components/haproxy/backends";
import { certificateNames, edgeModel } from "../../../components/haproxy/model";
import { edgeFiles, haproxyConfig, renderBackend } from "../../../components/haproxy/render";
import { adminUsers, renderUsers } from "../../../components/haproxy/users";
import { DOMAIN, registered } from "../../edge";
import { everyOption, everyStream } from "../../edge-examples";
import { exampleRoutes } from "../../examples";

const settings = { domain: DOMAIN, httpsPort: 443 };
const model = edgeModel(exampleRoutes, settings);
const everything = edgeModel(everyOption, settings, everyStream);

/** The edge's files without its pages, which are shown once. */
function withoutPages(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.endsWith(".html")));
}

describe("the edge's files", () => {
  test("are these, for two services", () => {
    expect(edgeFiles(model, "<html></html>\n")).toMatchSnapshot();
  });

  test("are these, for every option", () => {
    const settled = { ...everything, http3: true, acme: true, proxyProtocolFrom: ["10.0.0.0/8"] };
    expect(withoutPages(edgeFiles(settled, "", "adminPassword 1"))).toMatchSnapshot();
  });

  test("don't depend on the order in which services were declared", () => {
    const reversed = edgeModel([...everyOption].reverse(), settings, [...everyStream].reverse());
    expect(edgeFiles(reversed, "x\n")).toEqual(edgeFiles(everything, "x\n"));
  });

  test("a port that isn't 443 is kept in the redirect", () => {
    expect(haproxyConfig({ ...model, httpsPort: 8443 })).toContain("https://%[var(txn.host)]:8443%[pathq]");
  });

  test("every map value is a backend, and only services that authenticate are open", () => {
    const files = edgeFiles(everything, "x\n");
    const known = [...everything.backends.map(renderBackend), files["haproxy.cfg"]].join("\n");
    const backends = [...known.matchAll(/^backend (\S+)/gm)].map(([, name]) => name);
    const maps = Object.keys(files).filter((name) => name.endsWith(".map"));
    for (const line of maps.flatMap((name) => files[name]!.trim().split("\n"))) {
      expect(backends).toContain(line.split(" ")[1]);
    }
    expect(files["open.lst"]).not.toContain("be_admin\n");
    expect(edgeFiles(model, "x\n")["open.lst"]).toBe("be_chat\n");
  });

  test("a rolling backend is in a file of its own, with slots for twice its containers", () => {
    expect(edgeFiles(everything, "x\n")["haproxy.cfg"]).not.toContain("backend be_rolling");
    const rolling = everything.backends.find(({ name }) => name === "be_rolling")!;
    expect(renderBackend(rolling)).toMatchSnapshot();
    expect(renderBackend({ ...rolling, replicas: 1 }).match(/^ {4}server s\d+ @\d+@:80/gm)).toHaveLength(4);
  });

  test("the certificate names the platform and every host once, but none whose TLS is passed on", () => {
    expect(certificateNames(model)).toEqual(["chat.example.test", "example.test", "prometheus.example.test"]);
    const names = certificateNames(everything);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toContain("*.apps.example.test");
    expect(names.filter((name) => name.includes("vault"))).toEqual([]);
  });

  test("passwords are in the users' file alone, as they are", () => {
    expect(adminUsers("it's")).toBe(`userlist admins\n    user admin insecure-password 'it'"'"'s'\n`);
    expect(renderUsers(userList("be_guests"), [{ name: "a", password: "b" }])).toContain("userlist users_guests");
    expect(JSON.stringify(edgeFiles(everything, "x\n"))).not.toContain("insecure-password");
  });

  test("1,000 routes are composed within a second", () => {
    const many = Array.from({ length: 1000 }, (_, index) => registered(`r${index}`));
    const began = performance.now();
    edgeFiles(edgeModel(many, settings), "x\n");
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
