/**
 * The invariants that every resource of every environment satisfies (docs/architecture.md, "Invariants"). Pure functions
 * over what the engine is told: the tests run them over the program under mocks, the policy pack over real previews.
 */
import { LABELS } from "./naming";

/** A resource as the engine knows it. Unknown values (in a preview) are undefined. */
export interface ResourceFacts {
  readonly type: string;
  readonly name: string;
  // The engine's own shape: any JSON.
  readonly props: Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Reference of its provider; empty for a default provider. */
  readonly provider?: string;
  readonly retainOnDelete?: boolean;
}

/** Capabilities that no exception may add: each is as good as root on the host. */
const NEVER = ["CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "ALL"];

/** What is wrong with a resource, each in a sentence that says what would be right. */
export function violations(resource: ResourceFacts): string[] {
  const found: string[] = [];
  if (!resource.type.startsWith("pulumi:") && isCustom(resource.type) && !resource.provider) {
    found.push("it has no explicit provider; pass the host's, so that it can't land on another machine");
  }
  if (resource.type === "docker:index/container:Container") found.push(...container(resource.props));
  if (resource.type === "docker:index/volume:Volume") found.push(...volume(resource));
  return found.map((problem) => `${resource.type} ${resource.name}: ${problem}`);
}

function isCustom(type: string): boolean {
  return /^(docker|command|random):/.test(type);
}

function container(props: ResourceFacts["props"]): string[] {
  const labels = new Map<string, string>(
    (props.labels ?? []).map((l: { label: string; value: string }) => [l.label, l.value]),
  );
  const excused = (labels.get(LABELS.exception) ?? "") !== "";
  const published = (props.ports ?? []).map(
    (p: { external: number; protocol?: string }) => `${p.external}/${p.protocol ?? "tcp"}`,
  );
  const adds: string[] = props.capabilities?.adds ?? [];
  const rules: [ok: boolean, problem: string][] = [
    [
      /@sha256:[0-9a-f]{64}$|^oneforall\/[a-z0-9.-]+:[0-9a-f]{12}$/.test(props.image ?? ""),
      `image ${props.image} is not pinned; name it by digest, or build it here`,
    ],
    [(props.healthcheck?.tests ?? []).length > 1, "it has no health check; declare `health`"],
    [props.restart === "unless-stopped", "it isn't restarted after a crash or a reboot; set restart unless-stopped"],
    [
      Boolean(props.logOpts?.["max-size"] && props.logOpts?.["max-file"]),
      "its log grows without bound; set max-size and max-file",
    ],
    [props.memory > 0, "it has no memory limit; declare limits.memory"],
    [
      props.memorySwap === props.memory,
      "memorySwap differs from memory; without it the provider shows a change on every preview",
    ],
    [(props.securityOpts ?? []).includes("no-new-privileges:true"), "it may gain privileges; set no-new-privileges"],
    [(props.capabilities?.drops ?? []).includes("ALL"), "it keeps Docker's default capabilities; drop ALL"],
    [
      adds.every((name) => name.startsWith("CAP_") && !NEVER.includes(name)),
      `capabilities ${adds.join(", ")} are too many`,
    ],
    [adds.length === 0 || excused, "it adds capabilities without a reason; give hardening.because"],
    [props.readOnly === true || excused, "its root is writable without a reason; give hardening.because"],
    [!props.privileged, "it is privileged; name the capabilities or devices that it needs"],
    [
      (!props.networkMode || props.networkMode === "none" || excused) && (!props.pidMode || excused),
      "it shares a namespace of the host without a reason; give hardening.because",
    ],
    [
      !(props.mounts ?? []).some((mount: { type: string }) => mount.type === "bind") || excused,
      "it sees directories of the host without a reason; give hardening.because",
    ],
    [props.destroyGraceSeconds > 0, "it is killed at once when it is deleted; set destroyGraceSeconds"],
    [
      published.sort().join(",") === (labels.get(LABELS.publishes) ?? ""),
      `it publishes ${published.join(", ")}, which nobody declared`,
    ],
    [
      (props.envs ?? []).every((env: string) => !/(PASSWORD|SECRET|TOKEN|PRIVATE_KEY)=./i.test(env)),
      "a secret is in its environment, where `docker inspect` shows it; declare it in `secrets`",
    ],
  ];
  return rules.filter(([ok]) => !ok).map(([, problem]) => problem);
}

function volume({ props, retainOnDelete }: ResourceFacts): string[] {
  const labels = new Map((props.labels ?? []).map((l: { label: string; value: string }) => [l.label, l.value]));
  const hasContent = labels.has(LABELS.content);
  const derived = [
    "config",
    "authority",
    "certificate",
    "certificates",
    "users",
    "passwords",
    "backends",
    "alert-hook",
  ].includes(String(labels.get(LABELS.volume)));
  if (hasContent || derived || retainOnDelete !== false) return [];
  return ["it holds data but is deleted with the platform; set retainOnDelete"];
}
