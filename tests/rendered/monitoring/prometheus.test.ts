import type { Alert } from "../../../components/core/spec";
import { renderPrometheus } from "../../../components/monitoring/prometheus-config";
import { renderRules, renderRuleTests } from "../../../components/monitoring/rules";
import { alerts, dashboards, examplePlatform } from "../../unit/monitoring/example-platform";
import { image } from "../../images";
import { inImage } from "./in-image";

const MINUTES = 60_000;

beforeAll(() => void image("prometheus"), 20 * MINUTES);

const services = [...new Set(alerts.map(({ service }) => service))];
const alertsOf = (service: string) => alerts.filter((each) => each.service === service).map(({ alert }) => alert);

/** Rule files and their tests, side by side as the tests expect them. */
function testFiles(service: string, ofService: readonly Alert[]): Record<string, string> {
  const rules = renderRules(ofService.map((alert) => ({ service, alert })));
  return {
    "recording.yml": rules["rules/recording.yml"] ?? "",
    [`${service}.yml`]: rules[`rules/${service}.yml`] ?? "",
    "tests.yml": renderRuleTests(service, ofService),
  };
}

test("promtool accepts the whole configuration, its targets and its rules, and has nothing to remark", () => {
  const files = renderPrometheus(examplePlatform);
  const { status, output } = inImage(
    "prometheus",
    files,
    "promtool check config --lint=all --lint-fatal prometheus.yml",
  );
  expect(output).toContain("SUCCESS: prometheus.yml is valid prometheus config file syntax");
  expect(output).toContain("SUCCESS: 7 rules found");
  expect(status).toBe(0);
});

test("a configuration without any service is accepted too", () => {
  const files = renderPrometheus({ platform: "empty", scrapes: [], routes: [], alerts: [] });
  expect(inImage("prometheus", files, "promtool check config prometheus.yml")).toMatchObject({ status: 0 });
});

test.each(services)("every alert of %s fires and keeps quiet as its examples say", (service) => {
  const { status, output } = inImage(
    "prometheus",
    testFiles(service, alertsOf(service)),
    "promtool test rules tests.yml",
  );
  expect(output).toContain("SUCCESS");
  expect(status).toBe(0);
});

test("the examples would find an alert that never fires, one that always does, and a label that isn't there", () => {
  const [alert] = alertsOf("blackbox-exporter") as [Alert];
  const wrong: Record<string, Alert> = {
    "never fires": { ...alert, expr: "probe_success == 2" },
    "always fires": { ...alert, expr: "probe_success >= 0" },
    "shows no such label": { ...alert, summary: "{{ $labels.nothing }} is wrong" },
  };
  for (const [what, broken] of Object.entries(wrong)) {
    const { status, output } = inImage("prometheus", testFiles("x", [broken]), "promtool test rules tests.yml");
    expect([what, status, output.includes("FAILED")]).toEqual([what, 1, true]);
  }
});

test("every query of every dashboard is PromQL", () => {
  const rules = dashboards.flatMap(({ dashboard }) =>
    dashboard.panels.map((panel, index) => ({ record: `q:${dashboard.uid}:${index}`, expr: panel.query })),
  );
  const files = { "queries.yml": JSON.stringify({ groups: [{ name: "queries", rules }] }) };
  expect(inImage("prometheus", files, "promtool check rules queries.yml").output).toContain(
    `${rules.length} rules found`,
  );
});

test("the server itself takes the retention flags and becomes ready on this configuration", () => {
  const files = renderPrometheus(examplePlatform);
  const script = [
    "prometheus --config.file=prometheus.yml --storage.tsdb.path=/tmp/data --storage.tsdb.retention.time=30d \\",
    "  --storage.tsdb.retention.size=10GiB --web.external-url=https://prometheus.example.org:8443 >/tmp/log 2>&1 &",
    "for attempt in $(seq 100); do wget -q -O - http://127.0.0.1:9090/-/ready 2>/dev/null && break; sleep 0.2; done",
    "wget -q -O - http://127.0.0.1:9090/api/v1/status/runtimeinfo || cat /tmp/log",
  ].join("\n");
  const { output } = inImage("prometheus", files, script);
  expect(output).toContain('"storageRetention":"30d or 10GiB"');
  expect(output).toContain('"reloadConfigSuccess":true');
}, 60_000);
