/** Grafana as files: data sources, folders, and dashboards written from the typed panels that services declare. */
import { isDeepStrictEqual } from "node:util";
import type { RegisteredDashboard } from "../core/registered";
import type { Dashboard, Panel } from "../core/spec";
import { toYaml } from "./yaml";

/** Fixed, because every dashboard refers to it. */
const PROMETHEUS = { type: "prometheus", uid: "prometheus" } as const;
const PROMETHEUS_NAME = "Prometheus";
const ALERTMANAGER = { type: "alertmanager", uid: "alertmanager" } as const;

/** The data sources: constants, because Grafana reads them only when it starts. */
export function dataSources(): string {
  const common = { access: "proxy", editable: false };
  return toYaml({
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        name: PROMETHEUS_NAME,
        ...PROMETHEUS,
        ...common,
        url: "http://prometheus:9090",
        isDefault: true,
        jsonData: { httpMethod: "POST", timeInterval: "30s", manageAlerts: true },
      },
      {
        name: "Alertmanager",
        ...ALERTMANAGER,
        ...common,
        url: "http://alertmanager:9093",
        jsonData: { implementation: "prometheus" },
      },
    ],
  });
}

/** Where Grafana finds the dashboards, and that they are not for editing: what is declared is the truth. */
export function dashboardProvider(folder: string, directory: string): string {
  return toYaml({
    apiVersion: 1,
    providers: [
      {
        name: "platform",
        type: "file",
        folder,
        allowUiUpdates: false,
        disableDeletion: false,
        updateIntervalSeconds: 15,
        options: { path: directory },
      },
    ],
  });
}

/** Every declared dashboard and the overview, by file name. */
export function renderDashboards(registered: readonly RegisteredDashboard[]): Record<string, string> {
  const dashboards = [OVERVIEW, ...uniqueDashboards(registered)];
  return Object.fromEntries(dashboards.map((dashboard) => [`${dashboard.uid}.json`, renderDashboard(dashboard)]));
}

/** What needs attention, on one page. Its list of alerts is no query, so it is written by hand. */
const OVERVIEW: Dashboard = {
  uid: "overview",
  title: "Overview",
  panels: [
    { title: "Services that answer", query: "sum(up)", unit: "short", kind: "stat" },
    { title: "Services that don't", query: "count(up == 0) or vector(0)", unit: "short", kind: "stat" },
    {
      title: "Processors busy",
      query: "instance:node_cpu_utilisation:rate5m",
      legend: "{{host}}",
      unit: "percentunit",
    },
    { title: "Memory used", query: "instance:node_memory_utilisation:ratio", legend: "{{host}}", unit: "percentunit" },
  ],
};

function uniqueDashboards(registered: readonly RegisteredDashboard[]): Dashboard[] {
  const unique: Dashboard[] = [];
  for (const { dashboard } of registered) {
    if (!unique.some((other) => isDeepStrictEqual(other, dashboard))) unique.push(dashboard);
  }
  return unique.sort((a, b) => (a.uid < b.uid ? -1 : 1));
}

const COLUMNS = 2;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 8;

/** One dashboard in Grafana's JSON: two panels a row, in the order in which they were declared. */
export function renderDashboard(dashboard: Dashboard): string {
  const panels = dashboard.panels.map((panel, index) => ({
    id: index + 1,
    gridPos: gridPosition(index),
    ...renderPanel(panel),
  }));
  const alerts =
    dashboard === OVERVIEW ? [{ id: panels.length + 1, gridPos: gridPosition(panels.length), ...ALERT_LIST }] : [];
  return `${JSON.stringify(
    {
      id: null,
      uid: dashboard.uid,
      title: dashboard.title,
      tags: ["oneforall"],
      editable: false,
      schemaVersion: 39,
      version: 1,
      timezone: "browser",
      refresh: "30s",
      time: { from: "now-6h", to: "now" },
      panels: [...panels, ...alerts],
    },
    null,
    2,
  )}\n`;
}

function gridPosition(index: number) {
  return { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT };
}

function renderPanel(panel: Panel) {
  const kind = panel.kind ?? "timeseries";
  return {
    type: kind,
    title: panel.title,
    datasource: PROMETHEUS,
    fieldConfig: { defaults: { unit: panel.unit, ...(panel.unit === "percentunit" && { min: 0 }) }, overrides: [] },
    options: PANEL_OPTIONS[kind],
    targets: [
      {
        refId: "A",
        datasource: PROMETHEUS,
        expr: panel.query,
        legendFormat: panel.legend ?? "",
        ...(kind === "timeseries" ? { range: true } : { instant: true, range: false }),
        ...(kind === "table" && { format: "table" }),
      },
    ],
    ...(kind === "table" && { transformations: [{ id: "organize", options: { excludeByName: { Time: true } } }] }),
  };
}

const PANEL_OPTIONS: Readonly<Record<NonNullable<Panel["kind"]>, object>> = {
  timeseries: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
  stat: { reduceOptions: { calcs: ["lastNotNull"] }, colorMode: "none", graphMode: "none" },
  table: { showHeader: true },
};

const ALERT_LIST = {
  type: "alertlist",
  title: "Alerts",
  options: {
    viewMode: "list",
    maxItems: 50,
    sortOrder: 3,
    alertInstanceLabelFilter: "",
    // This panel alone asks for a data source by its name.
    datasource: PROMETHEUS_NAME,
    stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true },
  },
};
