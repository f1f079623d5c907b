/**
 * Puts right what a killed run left behind, before the next one: locks of processes that are gone, operations that were
 * begun and never ended, containers that the state doesn't know, objects that are in the state and not in Docker.
 * Never a volume: what looks left over may be data.
 */
import { rmSync } from "node:fs";
import { healLiveConfigs, renewCertificates } from "./drift";
import { containersOf, missing, networksOf, type Container } from "./docker";
import { describeLock, holderOfLock, isDead, readLock } from "./locks";
import { Refusal, say } from "./main";
import { platformName, PROJECT, stateFolder } from "./paths";
import { exportState, importState, pulumi, type Deployment, type StateResource } from "./pulumi";
import { output, run } from "./run";
import { lockFiles } from "./stack";

const TYPES = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
} as const;

/** What Docker has of the platform. */
export interface Found {
  readonly containers: readonly Pick<Container, "id" | "name" | "running">[];
  readonly networks: readonly { readonly id: string; readonly name: string }[];
  /** Ids from the state that Docker doesn't know. */
  readonly gone: readonly string[];
}

export interface RepairPlan {
  readonly removeContainers: readonly { readonly id: string; readonly name: string }[];
  readonly removeNetworks: readonly { readonly id: string; readonly name: string }[];
  readonly start: readonly { readonly id: string; readonly name: string }[];
  /** Read again by the engine, which then makes them anew. */
  readonly refresh: readonly string[];
}

export function planRepair(state: Deployment, found: Found): RepairPlan {
  const resources = state.deployment.resources ?? [];
  const known = new Set(resources.map(({ id }) => id));
  const wanted = new Set(resources.filter((resource) => !resource.delete).map(({ id }) => id));
  return {
    removeContainers: found.containers.filter(({ id }) => !known.has(id)).map(({ id, name }) => ({ id, name })),
    removeNetworks: found.networks.filter(({ id }) => !known.has(id)),
    start: found.containers
      .filter(({ id, running }) => wanted.has(id) && !running)
      .map(({ id, name }) => ({ id, name })),
    refresh: resources.filter(({ id }) => id !== undefined && found.gone.includes(id)).map(({ urn }) => urn),
  };
}

/** The state without operations that were begun and never recorded as ended; nothing when there are none. */
export function withoutPending(state: Deployment): Deployment | undefined {
  if (!state.deployment.pending_operations?.length) return undefined;
  return { ...state, deployment: { ...state.deployment, pending_operations: [] } };
}

/** The stack exists and Docker answers. `starting`: also start what was stopped (not before a destroy). */
export async function repair(stack: string, { starting }: { readonly starting: boolean }): Promise<void> {
  breakDeadLocks(stack);
  const state = await exportState(stack);
  const clean = withoutPending(state);
  if (clean) {
    const names = (state.deployment.pending_operations ?? []).map(
      ({ type, resource }) => `${type} ${nameOf(resource.urn)}`,
    );
    await importState(stack, clean);
    say(`Repaired: forgot operations that an earlier run began and never ended: ${names.join(", ")}`);
  }
  const plan = planRepair(state, await look(stack, state.deployment.resources ?? []));
  for (const { id, name } of plan.removeContainers) {
    // Stopped first, with time to end well: it may be writing to a volume that stays.
    await run("docker", ["stop", "--time", "30", id]);
    await output("docker", ["rm", "--force", "--volumes", id]);
    say(`Repaired: removed the container ${name}, which the state doesn't know`);
  }
  for (const { id, name } of plan.removeNetworks) {
    const { code, stderr } = await run("docker", ["network", "rm", id]);
    if (code === 0) say(`Repaired: removed the network ${name}, which the state doesn't know`);
    else say(`The network ${name} is unknown to the state and can't be removed: ${stderr.trim()}`);
  }
  if (plan.refresh.length > 0) await forget(stack, plan.refresh);
  if (!starting) return;
  for (const one of plan.start) await start(one);
  const recorded = state.deployment.resources ?? [];
  await renewCertificates(recorded);
  await healLiveConfigs(recorded);
}

/** Removes locks whose process is provably gone; refuses when somebody is at work. */
function breakDeadLocks(stack: string): void {
  const folder = stateFolder();
  // Other backends end their locks themselves, or `pulumi cancel` does.
  if (!folder) return;
  for (const lock of lockFiles(folder, PROJECT, stack).map(readLock)) {
    if (!isDead(lock, holderOfLock(lock))) {
      throw new Refusal(
        `Somebody is at work on the stack ${stack}: ${describeLock(lock)}. Wait for it and run this again;\n` +
          `only if you know that it is gone: npx pulumi cancel --yes --stack ${stack}`,
      );
    }
    rmSync(lock.file, { force: true });
    say(`Repaired: removed the lock of a run that is gone (${describeLock(lock)})`);
  }
}

async function look(stack: string, resources: readonly StateResource[]): Promise<Found> {
  const platform = platformName(stack);
  const ids = (type: string) => resources.filter((one) => one.type === type && one.id).map((one) => one.id as string);
  const [containers, networks, ...gone] = await Promise.all([
    containersOf(platform),
    networksOf(platform),
    missing("container", ids(TYPES.container)),
    missing("network", ids(TYPES.network)),
    missing("volume", ids(TYPES.volume)),
  ]);
  return { containers, networks, gone: gone.flat() };
}

/** Lets the engine see that these are gone, so that it makes them again. */
async function forget(stack: string, urns: readonly string[]): Promise<void> {
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const { code, stdout, stderr } = await pulumi(stack, ["refresh", "--yes", "--skip-preview", ...targets]);
  if (code !== 0) throw new Refusal(`What is gone from Docker couldn't be read again:\n${(stderr || stdout).trim()}`);
  say(`Repaired: gone from Docker, and made anew: ${urns.map(nameOf).join(", ")}`);
}

async function start({ id, name }: { id: string; name: string }): Promise<void> {
  const { code, stderr } = await run("docker", ["start", id]);
  if (code === 0) say(`Repaired: started the container ${name}, which had been stopped`);
  else say(`The container ${name} was stopped and can't be started: ${stderr.trim()}`);
}

/** The last part of a URN: type and name as people know them. */
export function nameOf(urn: string): string {
  const [, , type = "", name = ""] = urn.split("::");
  return `${type.split("$").pop()?.split(":").pop() ?? ""} ${name}`;
}
