import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imagesDir } from "../../../images/recipe";
import { image } from "../../images";
import { inImage } from "./in-image";

const MINUTES = 60_000;

beforeAll(() => {
  image("rsyslog");
  image("victoria-logs");
}, 20 * MINUTES);

test("rsyslog accepts the collector's configuration without a warning", () => {
  const files = { "rsyslog.conf": readFileSync(join(imagesDir, "rsyslog", "rsyslog.conf"), "utf8") };
  const script = "export LOGS_HOST=victoria-logs LOGS_PORT=6514 LOGS_FROM=main; rsyslogd -N1 -f /files/rsyslog.conf";
  const { status, output } = inImage("rsyslog", files, script);
  expect(output).toMatch(/End of config validation run/);
  expect(output).not.toMatch(/warning|error/i);
  expect(status).toBe(0);
});

test("VictoriaLogs takes both bounds as the platform writes sizes and days, and answers", () => {
  const script = [
    "/victoria-logs-prod -storageDataPath=/tmp/data -retentionPeriod=30d -retention.maxDiskSpaceUsageBytes=10GiB >/tmp/log 2>&1 &",
    "for attempt in $(seq 50); do wget -q -O - http://127.0.0.1:9428/health 2>/dev/null && break; sleep 0.2; done",
    "wget -q -O - http://127.0.0.1:9428/metrics | grep -E '^flag.*(retentionPeriod|maxDiskSpaceUsageBytes)' || cat /tmp/log",
  ].join("\n");
  const { output } = inImage("victoria-logs", {}, script);
  expect(output).toContain('name="retentionPeriod", value="30d", is_set="true"');
  expect(output).toContain('name="retention.maxDiskSpaceUsageBytes", value="10GiB", is_set="true"');
}, 30_000);
