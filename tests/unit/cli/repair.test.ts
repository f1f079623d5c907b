import * as fc from "fast-check";
import type { Deployment, StateResource } from "../../../cli/pulumi";
import { nameOf, planRepair, withoutPending, type Found } from "../../../cli/repair";

const CONTAINER = "docker:index/container:Container";

function resource(name: string, id: string, more: Partial<StateResource> = {}): StateResource {
  return { urn: `urn:pulumi:dev::oneforall::${CONTAINER}::${name}`, type: CONTAINER, id, ...more };
}
function state(...resources: StateResource[]): Deployment {
  return { version: 3, deployment: { resources } };
}
const nothing: Found = { containers: [], networks: [], gone: [] };

test("what the state doesn't know goes, what it knows stays", () => {
  const plan = planRepair(state(resource("web", "a"), resource("old", "b", { delete: true })), {
    ...nothing,
    containers: [
      { id: "a", name: "web", running: true },
      { id: "b", name: "old", running: false },
      { id: "c", name: "stray", running: true },
    ],
    networks: [{ id: "n", name: "stray-network" }],
  });
  expect(plan).toEqual({
    removeContainers: [{ id: "c", name: "stray" }],
    removeNetworks: [{ id: "n", name: "stray-network" }],
    // The one that waits for its deletion isn't started again.
    start: [],
    refresh: [],
  });
});

test("what was stopped is started, what is gone is read again", () => {
  const plan = planRepair(state(resource("web", "a"), resource("db", "b")), {
    ...nothing,
    containers: [{ id: "a", name: "web", running: false }],
    gone: ["b"],
  });
  expect(plan.start).toEqual([{ id: "a", name: "web" }]);
  expect(plan.refresh.map(nameOf)).toEqual(["Container db"]);
});

test("never removes anything that the state knows", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 8 });
  fc.assert(
    fc.property(ids, ids, (known, there) => {
      const containers = there.map((id) => ({ id, name: id, running: true }));
      const plan = planRepair(state(...known.map((id) => resource(id, id))), { ...nothing, containers });
      const removed = plan.removeContainers.map(({ id }) => id);
      expect(removed).toEqual(there.filter((id) => !known.includes(id)));
    }),
  );
});

test("pending operations are dropped, and nothing else", () => {
  const before: Deployment = {
    version: 3,
    deployment: {
      resources: [resource("web", "a")],
      pending_operations: [{ type: "creating", resource: resource("db", "") }],
    },
  };
  expect(withoutPending(before)).toEqual({
    version: 3,
    deployment: { resources: before.deployment.resources, pending_operations: [] },
  });
  expect(withoutPending(state(resource("web", "a")))).toBeUndefined();
});
