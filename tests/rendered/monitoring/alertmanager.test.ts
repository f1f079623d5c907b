import { renderAlertmanager, type AlertmanagerModel } from "../../../components/monitoring/alertmanager-config";
import { image } from "../../images";
import { inImage } from "./in-image";

const MINUTES = 60_000;

beforeAll(() => void image("alertmanager"), 20 * MINUTES);

const nobody: AlertmanagerModel = { secretFiles: {} };
const everybody: AlertmanagerModel = {
  mail: {
    to: ["ops@example.org", "night@example.org"],
    from: "platform@example.org",
    smarthost: "mail.example.org:587",
    username: "platform",
  },
  secretFiles: {
    webhook: "/run/secrets/webhook",
    mattermost: "/run/secrets/mattermost",
    heartbeat: "/run/secrets/heartbeat",
    mailPassword: "/run/secrets/mailpassword",
  },
};

test.each([
  ["nobody to tell", nobody],
  ["every receiver", everybody],
])("amtool accepts the configuration with %s", (_, model) => {
  const files = { "alertmanager.yml": renderAlertmanager(model) };
  const { status, output } = inImage("alertmanager", files, "amtool check-config alertmanager.yml");
  expect(output).toContain("5 inhibit rules");
  expect(output).toContain("2 receivers");
  expect(status).toBe(0);
});

test.each([
  ["alertname=Watchdog severity=info", "heartbeat"],
  ["alertname=HostDown severity=critical host=main", "people"],
  ["alertname=HostRebooted severity=info host=main", "people"],
  ["alertname=HostDiskLow severity=warning host=main", "people"],
  ["alertname=Unheard", "people"],
])("%s goes to %s", (labels, receiver) => {
  const files = { "alertmanager.yml": renderAlertmanager(everybody) };
  const script = `amtool config routes test --config.file=alertmanager.yml --verify.receivers=${receiver} ${labels}`;
  expect(inImage("alertmanager", files, script)).toMatchObject({ status: 0 });
});

/** A webhook's receiver for one connection: reads a whole request, keeps it in /tmp/told, and only then answers. */
const RECEIVER = [
  "length=0",
  "while IFS= read -r line; do",
  '  line=$(printf %s "$line" | tr -d "\\r")',
  '  echo "$line" >>/tmp/told',
  '  [ -n "$line" ] || break',
  "  case $line in Content-Length:*) length=${line#*: } ;; esac",
  "done",
  'head -c "$length" >>/tmp/told',
  "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n'",
].join("\n");

test("the server itself starts on it, tells the webhook, and leaves unsaid what follows from a host that is down", () => {
  const model: AlertmanagerModel = { secretFiles: { webhook: "/files/url" } };
  const files = {
    "alertmanager.yml": renderAlertmanager(model).replaceAll("15s", "1s"),
    url: "http://127.0.0.1:8000/hook",
    "receiver.sh": RECEIVER,
  };
  const alert = (name: string, severity: string) =>
    `amtool --alertmanager.url=http://127.0.0.1:9093 alert add ${name} severity=${severity} host=main`;
  const script = [
    "nc -ll -p 8000 -e sh /files/receiver.sh &",
    "alertmanager --config.file=alertmanager.yml --storage.path=/tmp/data --cluster.listen-address= >/tmp/log 2>&1 &",
    "for attempt in $(seq 100); do wget -q -O - http://127.0.0.1:9093/-/ready 2>/dev/null && break; sleep 0.1; done",
    alert("HostDown", "critical"),
    alert("HostDiskLow", "warning"),
    "for attempt in $(seq 50); do grep -qs alertname /tmp/told && break; sleep 0.2; done",
    "amtool --alertmanager.url=http://127.0.0.1:9093 alert query --inhibited --output=json",
    "cat /tmp/told /tmp/log",
  ].join("\n");
  const { output } = inImage("alertmanager", files, script);
  expect(output).toMatch(/"inhibitedBy":\["\w+"\].*"alertname":"HostDiskLow"/);
  expect(output).toMatch(/POST \/hook HTTP\/1.1/);
  expect(output).toContain('"alertname":"HostDown"');
}, 60_000);
