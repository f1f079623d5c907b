/** Alert and recording rules as Prometheus's rule files, and each alert's own examples as promtool's unit tests. */
import { isDeepStrictEqual } from "node:util";
import type { RegisteredAlert } from "../core/registered";
import type { Alert, AlertExample } from "../core/spec";
import { seconds } from "../core/units";
import { recordingRules } from "./recording-rules";
import { toYaml } from "./yaml";

/** Spacing of the samples in an alert's examples, and of the evaluations in its test. */
const TEST_INTERVAL = "1m";

/** Rule files by path. One group per service: its evaluation doesn't wait for the rules of others. */
export function renderRules(registered: readonly RegisteredAlert[]): Record<string, string> {
  const groups = [...alertsByService(registered)].map(
    ([service, alerts]) =>
      [`rules/${service}.yml`, toYaml({ groups: [{ name: service, rules: alerts.map(alertRule) }] })] as const,
  );
  return { "rules/recording.yml": renderRecordingRules(), ...Object.fromEntries(groups) };
}

export function renderRecordingRules(): string {
  return toYaml({ groups: [{ name: "recording", rules: recordingRules }] });
}

/** The tests of one service's rules. They expect its rule file and `recording.yml` beside themselves. */
export function renderRuleTests(service: string, alerts: readonly Alert[]): string {
  return toYaml({
    rule_files: ["recording.yml", `${service}.yml`],
    evaluation_interval: TEST_INTERVAL,
    // Alerts read recorded series: those are computed first at each step.
    group_eval_order: ["recording", service],
    tests: alerts.flatMap((alert) => [
      exampleTest(alert, "fires", alert.fires, 1),
      exampleTest(alert, "is quiet", alert.quiet, 0),
    ]),
  });
}

/** What is wrong with alerts that a rule checker wouldn't see. */
export function validateAlerts(alerts: readonly Alert[]): string[] {
  return alerts.flatMap((alert) => {
    const problems: string[] = [];
    if (!/^([A-Z][a-z0-9]*)+$/.test(alert.name)) {
      problems.push(`alert ${alert.name}: not a name; give words in CamelCase, for example DiskAlmostFull`);
    }
    if (seconds(alert.fires.at) < seconds(alert.for)) {
      problems.push(`alert ${alert.name}: fires.at is ${alert.fires.at}; give at least its own "for", ${alert.for}`);
    }
    if (alert.summary.trim() === "" || alert.summary.includes("\n")) {
      problems.push(`alert ${alert.name}: summary is not one line; say in one line what is wrong`);
    }
    if (alert.action.trim() === "") {
      problems.push(`alert ${alert.name}: action is empty; say what to look at or do`);
    }
    return problems;
  });
}

function alertRule(alert: Alert) {
  return {
    alert: alert.name,
    expr: alert.expr,
    for: alert.for,
    labels: { severity: alert.severity },
    annotations: { summary: alert.summary, action: alert.action },
  };
}

/** A service on several hosts declares its alerts once per host; the rules are the same ones. */
function alertsByService(registered: readonly RegisteredAlert[]): Map<string, Alert[]> {
  const byService = new Map<string, Alert[]>();
  for (const { service, alert } of registered) {
    const alerts = byService.get(service) ?? [];
    if (!alerts.some((other) => isDeepStrictEqual(other, alert))) alerts.push(alert);
    byService.set(service, alerts);
  }
  return new Map([...byService].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * promtool's own alert tests want every label and annotation spelled out; asking for the number of firing alerts says
 * what an example means. Firing alerts must also have each label that their summary or action shows: a missing one
 * would read as a hole in the sentence.
 */
function exampleTest(alert: Alert, outcome: string, example: AlertExample, fires: 0 | 1) {
  const shown = [...`${alert.summary} ${alert.action}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => `${label}!=""`);
  const wanted = [`alertname="${alert.name}"`, 'alertstate="firing"', ...(fires ? new Set(shown) : [])];
  return {
    name: `${alert.name} ${outcome}`,
    interval: TEST_INTERVAL,
    input_series: Object.entries(example.series).map(([series, values]) => ({ series, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{${wanted.join(", ")}}) > bool 0`,
        eval_time: example.at,
        exp_samples: fires ? [{ labels: "{}", value: 1 }] : [],
      },
    ],
  };
}
