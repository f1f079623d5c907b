import { EDGE_ADDRESS, renderBlackbox, type ProbeTrust } from "../../../components/monitoring/blackbox-config";
import { image } from "../../images";
import { inImage } from "./in-image";

const MINUTES = 60_000;

beforeAll(() => void image("blackbox-exporter"), 20 * MINUTES);

test.each<[string, ProbeTrust]>([
  ["a file of roots", { roots: "/files/authority.crt" }],
  ["the public roots", "public"],
  ["nothing", "nothing"],
])("the exporter accepts its configuration, trusting %s", (_, trust) => {
  const files = { "config.yml": renderBlackbox(trust) };
  const { status, output } = inImage(
    "blackbox-exporter",
    files,
    "blackbox_exporter --config.file=config.yml --config.check",
  );
  expect(output).toMatch(/Config file is ok/i);
  expect(status).toBe(0);
});

test("the edge is asked at its address on the Docker network", () => {
  expect(EDGE_ADDRESS).toBe("https://haproxy:8443");
});
