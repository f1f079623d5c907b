import { parse } from "yaml";
import type { Alert } from "../../../components/core/spec";
import { renderRules, renderRuleTests, validateAlerts } from "../../../components/monitoring/rules";
import { alerts } from "./example-platform";

const [first] = alerts.map(({ alert }) => alert) as [Alert];

test("the shipped alerts have nothing wrong with them and a name of their own each", () => {
  const all = alerts.map(({ alert }) => alert);
  expect(validateAlerts(all)).toEqual([]);
  expect(new Set(all.map((alert) => alert.name)).size).toBe(all.length);
});

test("what a person would stumble over is refused, all of it at once", () => {
  const problems = validateAlerts([
    { ...first, name: "disk_full", summary: "two\nlines", action: " " },
    { ...first, for: "10m", fires: { ...first.fires, at: "5m" } },
  ]);
  expect(problems).toEqual([
    "alert disk_full: not a name; give words in CamelCase, for example DiskAlmostFull",
    "alert disk_full: summary is not one line; say in one line what is wrong",
    "alert disk_full: action is empty; say what to look at or do",
    `alert ${first.name}: fires.at is 5m; give at least its own "for", 10m`,
  ]);
});

test("a service on two hosts has its rules once", () => {
  const twice = renderRules([
    { service: "node-exporter", alert: first },
    { service: "node-exporter", alert: { ...first } },
  ]);
  const file = parse(twice["rules/node-exporter.yml"] ?? "") as { groups: { rules: unknown[] }[] };
  expect(file.groups[0]?.rules).toHaveLength(1);
});

test("an alert becomes this rule and this test", () => {
  const files = renderRules([{ service: "alertmanager", alert: first }]);
  expect(files["rules/alertmanager.yml"]).toMatchSnapshot();
  expect(renderRuleTests("alertmanager", [first])).toMatchSnapshot();
});

test("every alert that is worth a route to people says what to do", () => {
  for (const { alert } of alerts) {
    expect(alert.summary).not.toMatch(/\.$/);
    expect(alert.action).toMatch(/[.`?)]$/);
  }
});
