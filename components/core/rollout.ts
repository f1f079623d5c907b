import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { edgeModel } from "../haproxy/model";
import { renderBackend } from "../haproxy/render";
import { onHost, type Command } from "./exec";
import type { Host } from "./host";
import { dockerName } from "./naming";
import type { Platform } from "./platform";
import type { HttpRoute } from "./spec";

/** How long connections to a container that leaves may take to end, before it is stopped all the same. */
const DRAIN_SECONDS = 30;

/**
 * The second and third step of a rolling update. Its containers exist beside the old ones and get nothing; this probes
 * each directly, then gives them to the edge and drains the old ones (host-scripts/rollout). The engine deletes those at
 * the very end.
 */
export function rollout(
  name: string,
  platform: Platform,
  target: {
    readonly host: Host;
    readonly service: string;
    readonly route: HttpRoute;
    readonly replicas: number;
    readonly containers: readonly docker.Container[];
    readonly probe: readonly string[];
    readonly patienceSeconds: number;
    readonly processes: number;
  },
  opts: pulumi.CustomResourceOptions,
): Command {
  const { domain, edge } = platform.config;
  const registered = platform.registeredRoute(target.service, target.route.name);
  const [backend] = edgeModel([registered], { domain, httpsPort: edge.httpsPort }).backends;
  if (!backend) throw new Error(`${target.service}: its route ${target.route.name} gives no backend`);
  const haproxy = platform.images.resolve("haproxy", platform.mainHost);
  const at = [
    dockerName(platform.name, "haproxy"),
    dockerName(platform.name, "edge", "backends"),
    haproxy.ref,
    backend.name,
  ] as const;
  const names = pulumi.all(target.containers.map((container) => container.name)).apply((all) => all.join(" "));
  return onHost(
    name,
    target.host,
    [
      "rollout",
      ...at,
      String(target.patienceSeconds),
      String(target.processes),
      String(DRAIN_SECONDS),
      names,
      ...target.probe,
    ],
    {
      stdin: renderBackend(backend),
      undo: ["rollout", "--remove", ...at],
    },
    pulumi.mergeOptions(opts, {
      dependsOn: [...target.containers, platform.backendsVolume(), ...(haproxy.made ? [haproxy.made] : [])],
    }),
  );
}
