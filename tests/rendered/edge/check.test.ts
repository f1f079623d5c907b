import { passthrough, tcp } from "../../../components/core/spec";
import { userList } from "../../../components/haproxy/backends";
import { edgeModel, type EdgeModel } from "../../../components/haproxy/model";
import { renderUsers } from "../../../components/haproxy/users";
import { everyOption, everyStream } from "../../edge-examples";
import { DOMAIN, registered } from "../../edge";
import { exampleRoutes } from "../../examples";
import { check } from "./edge";

// Containers start, and other tests run beside.
jest.setTimeout(120_000);

const settings = { domain: DOMAIN, httpsPort: 443 };
const model = edgeModel(exampleRoutes, settings);
const users = renderUsers(userList("be_guests"), [{ name: "guest", password: `it's "odd" #$\\ %` }]);

test.each<[string, EdgeModel]>([
  ["two services", model],
  ["no service at all", { ...model, backends: [] }],
  ["every option at once", edgeModel(everyOption, settings, everyStream)],
  [
    "HTTP/3, the PROXY protocol from many networks and challenges",
    {
      ...edgeModel(everyOption, settings, everyStream),
      http3: true,
      acme: true,
      proxyProtocolFrom: Array.from({ length: 100 }, (_, index) => `10.${index}.0.0/16`),
    },
  ],
])("HAProxy accepts the edge of %s without a warning", (_, edge) => {
  expect(check(edge, users)).toMatchObject({ status: 0 });
});

test("HAProxy accepts 1,000 routes of all kinds", () => {
  const routes = Array.from({ length: 980 }, (_, index) =>
    registered(
      `r${index}`,
      index % 3 === 0 ? { hosts: [`shared${index % 30}`], path: `/p${index}`, strip: true } : { access: "admins" },
    ),
  );
  const wild = Array.from({ length: 10 }, (_, index) => registered(`w${index}`, { hosts: [`*.w${index}`] }));
  const streams = Array.from({ length: 10 }, (_, index) =>
    index % 2 === 0 ? passthrough(`t${index}`, { port: 443 }) : tcp(`t${index}`, { port: 22, listen: 2200 + index }),
  ).map((route) => ({ service: route.name, route, backend: `${route.name}:${route.port}` }));
  expect(check(edgeModel([...routes, ...wild], settings, streams))).toMatchObject({ status: 0 });
});

test("HAProxy refuses a file that was cut off", () => {
  const { status, said } = check(model, "", (files) => ({
    ...files,
    "haproxy.cfg": files["haproxy.cfg"]!.trimEnd(),
  }));
  expect(status).toBe(1);
  expect(said).toContain("Missing LF on last line");
});
