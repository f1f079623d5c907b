import { reloadByRequest, reloadBySignal } from "../../../components/monitoring/checks";
import { renderAlertmanager } from "../../../components/monitoring/alertmanager-config";
import { renderPrometheus } from "../../../components/monitoring/prometheus-config";
import { examplePlatform } from "../../unit/monitoring/example-platform";
import { image } from "../../images";
import { inImage } from "./in-image";

const MINUTES = 60_000;

beforeAll(() => {
  image("prometheus");
  image("alertmanager");
}, 20 * MINUTES);

/** Starts the server on the good files, reloads them, then a broken version, then the good one again; prints each verdict. */
function verdicts(server: string, ready: string, configFile: string, reload: string): string {
  return [
    "cp -r /files /tmp/live",
    "cd /tmp/live",
    `${server} >/tmp/log 2>&1 &`,
    "server=$!",
    `for attempt in $(seq 100); do wget -q -O - ${ready} >/dev/null 2>&1 && break; sleep 0.2; done`,
    // In the service's container the server is process 1.
    `reload() { ( ${reload.replace("kill -HUP 1", "kill -HUP $server")} ) >/dev/null 2>&1; }`,
    'reload && echo "same: taken" || echo "same: refused"',
    `echo 'nonsense: [' >>${configFile}`,
    'reload && echo "broken: taken" || echo "broken: refused"',
    `cp /files/${configFile} ${configFile}`,
    'reload && echo "mended: taken" || { echo "mended: refused"; cat /tmp/log; }',
  ].join("\n");
}

const EXPECTED = "same: taken\nbroken: refused\nmended: taken\n";

test("Prometheus's reload by signal waits for its verdict, whichever it is", () => {
  const script = verdicts(
    "prometheus --config.file=prometheus.yml --storage.tsdb.path=/tmp/data",
    "http://127.0.0.1:9090/-/ready",
    "prometheus.yml",
    reloadBySignal("http://127.0.0.1:9090/metrics", "prometheus"),
  );
  expect(inImage("prometheus", renderPrometheus(examplePlatform), script).output).toBe(EXPECTED);
}, 120_000);

test("Alertmanager's reload by request fails when it refuses", () => {
  const script = verdicts(
    "alertmanager --config.file=alertmanager.yml --storage.path=/tmp/data --cluster.listen-address=",
    "http://127.0.0.1:9093/-/ready",
    "alertmanager.yml",
    reloadByRequest("http://127.0.0.1:9093"),
  );
  const files = { "alertmanager.yml": renderAlertmanager({ secretFiles: {} }) };
  expect(inImage("alertmanager", files, script).output).toBe(EXPECTED);
}, 120_000);
