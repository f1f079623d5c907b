import { parse } from "yaml";
import { alerts } from "./example-platform";
import {
  renderAlertmanager,
  tellsSomebody,
  validateAlertmanager,
  type AlertmanagerModel,
} from "../../../components/monitoring/alertmanager-config";

const mail = { to: ["ops@example.org"], from: "platform@example.org", smarthost: "mail.example.org:587" };
const everybody: AlertmanagerModel = {
  mail: { ...mail, username: "platform" },
  secretFiles: {
    webhook: "/s/webhook",
    mattermost: "/s/mattermost",
    heartbeat: "/s/heartbeat",
    mailPassword: "/s/password",
  },
};

test("everybody is told like this", () => {
  expect(renderAlertmanager(everybody)).toMatchSnapshot();
});

test("secrets are read from files only", () => {
  const text = renderAlertmanager(everybody);
  expect(text).toContain("url_file: /s/webhook");
  expect(text).toContain("api_url_file: /s/mattermost");
  expect(text).toContain("auth_password_file: /s/password");
  expect(text).not.toMatch(/^\s*(- )?(url|api_url|auth_password):/m);
});

test("without receivers nobody is told, and it says so", () => {
  const config = parse(renderAlertmanager({ secretFiles: {} })) as { receivers: object[] };
  expect(config.receivers).toEqual([{ name: "people" }, { name: "heartbeat" }]);
  expect(tellsSomebody({ secretFiles: {} })).toBe(false);
  expect(tellsSomebody({ secretFiles: { heartbeat: "/s/heartbeat" } })).toBe(false);
  expect(tellsSomebody({ mail, secretFiles: {} })).toBe(true);
});

test("the platform's own chat is told besides the one that was given", () => {
  const text = renderAlertmanager({ secretFiles: { mattermost: "/s/mattermost" }, chatUrlFile: "/run/chat/url" });
  expect(text.match(/api_url_file: .*/g)).toEqual(["api_url_file: /s/mattermost", "api_url_file: /run/chat/url"]);
  expect(tellsSomebody({ secretFiles: {}, chatUrlFile: "/run/chat/url" })).toBe(true);
});

test("a log-in without a password, and the reverse, are refused with the command that mends it", () => {
  expect(validateAlertmanager(everybody, "alertMailPassword")).toEqual([]);
  expect(validateAlertmanager({ mail, secretFiles: {} }, "alertMailPassword")).toEqual([]);
  expect(
    validateAlertmanager({ mail: { ...mail, username: "platform" }, secretFiles: {} }, "alertMailPassword"),
  ).toEqual([
    'monitoring.alertmanager.mail.username: "platform" has no password; set it with: pulumi config set --secret oneforall:alertMailPassword',
  ]);
  expect(validateAlertmanager({ mail, secretFiles: { mailPassword: "/s/p" } }, "alertMailPassword")).toEqual([
    "alertMailPassword is a password without a user; give monitoring.alertmanager.mail.username, or remove the secret",
  ]);
});

test("inhibitions name alerts that exist", () => {
  const config = parse(renderAlertmanager(everybody)) as {
    inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
  };
  const known = alerts.map(({ alert }) => alert.name);
  const matchers = config.inhibit_rules.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers]);
  const named = matchers.flatMap((matcher) => /^alertname!?=~?"(.+)"$/.exec(matcher)?.[1]?.split("|") ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
