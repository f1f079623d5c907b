import * as fc from "fast-check";
import { renderMap, routeMaps } from "../../../components/haproxy/maps";
import { edgeModel } from "../../../components/haproxy/model";
import { DOMAIN, registered } from "../../edge";
import { expected, found, someCase, someRoutes } from "../../edge-matching";

const settings = { domain: DOMAIN, httpsPort: 443 };
const mapsOf = (routes: Parameters<typeof edgeModel>[0]) => routeMaps(edgeModel(routes, settings));

test("whatever routes there are, the maps lead each request to its route", () => {
  fc.assert(
    fc.property(someCase(30, 20), ({ routes, requests }) => {
      const maps = mapsOf(routes);
      for (const request of requests)
        expect([request, found(maps, request)]).toEqual([request, expected(routes, request)]);
    }),
    { numRuns: 500 },
  );
});

test("whatever routes there are, every map value is one of them, and no key is there twice", () => {
  fc.assert(
    fc.property(someRoutes(30), (routes) => {
      const known = routes.map(({ route }) => `be_${route.name}`);
      for (const entries of Object.values(mapsOf(routes)) as [string, string][][]) {
        for (const [, backend] of entries) expect(known).toContain(backend);
        expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
      }
    }),
  );
});

test("the longest comes first where HAProxy takes the first that fits", () => {
  const maps = mapsOf([
    registered("apps", { hosts: ["*.apps"] }),
    registered("inner", { hosts: ["*.inner.apps.example.test"] }),
    registered("api", { hosts: ["chat"], path: "/api" }),
    registered("v4", { hosts: ["chat"], path: "/api/v4" }),
  ]);
  expect(renderMap(maps.wildcards)).toBe(".inner.apps.example.test be_inner\n.apps.example.test be_apps\n");
  expect(renderMap(maps.paths)).toBe("chat.example.test/api/v4/ be_v4\nchat.example.test/api/ be_api\n");
});
