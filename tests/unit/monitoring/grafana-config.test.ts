import { parse } from "yaml";
import { dashboardProvider, dataSources, renderDashboards } from "../../../components/monitoring/grafana-config";
import { dashboards } from "./example-platform";

interface Json {
  uid: string;
  title: string;
  panels: {
    id: number;
    title: string;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    datasource?: { uid: string };
  }[];
}

const rendered = Object.entries(renderDashboards(dashboards)).map(([file, text]) => ({
  file,
  json: JSON.parse(text) as Json,
}));

test("every declared dashboard is there once, and the overview with the list of alerts", () => {
  const uids = rendered.map(({ json }) => json.uid);
  const declared = dashboards.map(({ dashboard }) => dashboard.uid);
  expect([...uids].sort()).toEqual([...new Set([...declared, "overview"])].sort());
  expect(rendered.every(({ file, json }) => file === `${json.uid}.json`)).toBe(true);
  expect(renderDashboards([...dashboards, ...dashboards])).toEqual(renderDashboards(dashboards));
  const overview = rendered.find(({ json }) => json.uid === "overview")?.json;
  expect(overview?.panels.map((panel) => panel.type)).toContain("alertlist");
});

test("panels lie side by side without overlapping, each with an id and the platform's data source", () => {
  const sources = (parse(dataSources()) as { datasources: { uid: string }[] }).datasources.map(({ uid }) => uid);
  for (const { json } of rendered) {
    const cells = json.panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`);
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(json.panels.map((panel) => panel.id)).size).toBe(json.panels.length);
    for (const panel of json.panels) {
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
      if (panel.datasource) expect(sources).toContain(panel.datasource.uid);
    }
  }
});

test("a dashboard, the data sources and the folder look like this", () => {
  expect(renderDashboards(dashboards)["routes.json"]).toMatchSnapshot();
  expect(dataSources()).toMatchSnapshot();
  expect(dashboardProvider("oneforall-dev", "/etc/grafana/dashboards/current")).toMatchSnapshot();
});

test("a dashboard's file ends in the line that tells a cut-off one", () => {
  for (const text of Object.values(renderDashboards(dashboards))) expect(text.endsWith("\n}\n")).toBe(true);
});
