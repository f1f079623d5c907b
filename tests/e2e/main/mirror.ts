/** The platform from a registry of one's own (image source `mirror`): pulled by digest, nothing built. */
import { output } from "../../../cli/run";
import { declaredBy } from "../../declared";
import { Checkout, type StackSettings } from "../harness/checkout";
import { inspectAll, type Inspected } from "../harness/docker";
import { brokenInvariants } from "../harness/invariants";
import { fillRegistry, startRegistry, type TestRegistry } from "./registry";

const STACK = "e2e-mirror";

export function mirrorTests(settings: StackSettings): void {
  let registry: TestRegistry | undefined;
  let checkout: Checkout;
  let containers: Inspected[];

  beforeAll(async () => {
    registry = await startRegistry();
    const more = { imageSource: "mirror", mirror: registry.address };
    checkout = await Checkout.fresh(STACK, { ...settings, more });
    const { declared } = await declaredBy({ imageSource: "packages" }, () => import("../../../index.ts" as string));
    // Images without a shell are lent busybox's.
    await fillRegistry(registry, checkout.folder, [...declared.map(({ spec }) => spec.image), "busybox"]);
  });
  afterAll(async () => {
    await checkout?.npm("down", ["--with-data", STACK]);
    checkout?.remove();
    await registry?.remove();
  });

  test("npm run up pulls every image by its digest", async () => {
    const said = await checkout.npm("up");
    expect(said).toMatch(/Prometheus +\S+ +healthy/);
    expect(said).not.toMatch(/image-main-\S+ .*Command/);
    containers = await inspectAll(checkout.platform);
    expect(containers.length).toBeGreaterThan(5);
    const elsewhere = containers.map(({ Config }) => Config.Image).filter((ref) => !isPinned(ref, registry?.address));
    expect(elsewhere).toEqual([]);
    expect(await brokenInvariants(containers)).toEqual([]);
  });

  test("a second run changes nothing", async () => {
    expect(await checkout.steps("preview")).toEqual([]);
  });

  test("npm run down keeps what was pulled: other platforms may use it", async () => {
    const refs = [...new Set(containers.map(({ Config }) => Config.Image))];
    await checkout.npm("down", ["--with-data", STACK]);
    expect(await output("docker", ["image", "inspect", "--format", "{{.Id}}", ...refs])).toMatch(/sha256:/);
    await output("docker", ["image", "rm", "--force", ...refs]);
  });
}

function isPinned(ref: string, registry = ""): boolean {
  return ref.startsWith(`${registry}/`) && /@sha256:[0-9a-f]{64}$/.test(ref);
}
