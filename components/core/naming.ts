/** The one place that makes Docker names and labels. */

/** Label keys. Everything of ours in Docker carries them, so that it can be found when the state doesn't know it. */
export const LABELS = {
  platform: "io.oneforall.platform",
  service: "io.oneforall.service",
  volume: "io.oneforall.volume",
  content: "io.oneforall.content",
  /** Why a container deviates from the hardening defaults; the policy refuses a deviation without it. */
  exception: "io.oneforall.exception",
  /** The ports that a container was declared to publish; the policy refuses any other. */
  publishes: "io.oneforall.publishes",
} as const;

/** Names of services, volumes, networks: they become DNS labels and parts of Docker names. */
export const NAME_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A Docker name: the platform's name, then what it is, for example `oneforall-dev-prometheus-data`. */
export function dockerName(platform: string, ...parts: readonly string[]): string {
  return [platform, ...parts].join("-");
}

/** Labels of something that belongs to a service (or, without one, to the platform), in the provider's form, sorted. */
export function dockerLabels(
  platform: string,
  more: Partial<Record<Exclude<keyof typeof LABELS, "platform">, string>> = {},
): { label: string; value: string }[] {
  const values = { platform, ...more };
  return (Object.keys(values) as (keyof typeof values)[])
    .filter((key) => values[key] !== undefined)
    .map((key) => ({ label: LABELS[key], value: values[key] as string }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
