import { monitoringConfig } from "../../../components/monitoring/config";

const problems = (value: unknown) => {
  const result = monitoringConfig.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
};

test("nothing has to be set", () => {
  expect(monitoringConfig.parse({})).toEqual({
    prometheus: { retentionDays: 30, retentionSize: "10GiB" },
    alertmanager: {},
    logs: { retentionDays: 30, maxDisk: "10GiB" },
  });
});

test("every wrong value is told at once, with what would be right", () => {
  expect(
    problems({
      prometheus: { retentionDays: -3, retentionSize: "20GB" },
      logs: { retentionDays: "a week", maxDisk: "2.5GiB" },
      alertmanager: { mail: { to: [], from: "nobody", smarthost: "mail.example.org" } },
    }),
  ).toEqual([
    "prometheus.retentionDays: is not a number of days; give 1 or more",
    "prometheus.retentionSize: is not a size; give a whole number and KiB, MiB, GiB or TiB, for example 10GiB",
    "alertmanager.mail.to: is empty; give one or more mail addresses",
    "alertmanager.mail.from: is not a mail address; give for example ops@example.org",
    "alertmanager.mail.smarthost: is not host:port; give for example mail.example.org:587",
    "logs.retentionDays: is not a number of days; give a whole number, 1 or more",
    "logs.maxDisk: is not a size; give a whole number and KiB, MiB, GiB or TiB, for example 10GiB",
  ]);
});

test("a setting that doesn't exist is refused", () => {
  expect(problems({ prometheus: { retention: 3 } })).toEqual([expect.stringContaining("prometheus")]);
});
