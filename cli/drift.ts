/**
 * What changed behind the engine's back, which it can't see because a command has nothing to refresh: files of live
 * configurations that somebody edited are put there again, and certificates of our own authority that grow old are issued anew.
 */
import { say } from "./main";
import type { StateResource } from "./pulumi";
import { run } from "./run";

/** A run of a host script as the state records it. */
export interface RecordedRun {
  readonly name: string;
  /** Shell words. */
  readonly command: string;
  readonly stdin: string;
}

/** The runs of one host script on this machine; none that was given a secret, which a state doesn't show. */
export function recordedRuns(script: "live" | "certificate", resources: readonly StateResource[]): RecordedRun[] {
  return resources.flatMap(({ urn, type, outputs = {} }) => {
    const { create, stdin } = outputs;
    if (type !== "command:local:Command" || typeof create !== "string" || typeof stdin !== "string") return [];
    if (!new RegExp(`^"[^"]*/lib/${script}" `).test(create)) return [];
    return [{ name: urn.split("::").pop() ?? urn, command: create, stdin }];
  });
}

export async function healLiveConfigs(resources: readonly StateResource[]): Promise<void> {
  for (const { name, command, stdin } of recordedRuns("live", resources)) {
    // The recorded words are the script's own, CONTAINER VOLUME IMAGE DIRECTORY …; two are what a comparison needs.
    const compare = `set -- ${command}; docker inspect "$2" >/dev/null 2>&1 || exit 1; exec "$1" --differs "$2" "$5"`;
    if ((await run("sh", ["-c", compare], { input: stdin })).code !== 0) continue;
    const { code, stderr } = await run("sh", ["-c", command], { input: stdin });
    if (code === 0) say(`Repaired: ${name}: its files had been changed by hand; they are those of the stack again`);
    else say(`${name}: its files were changed by hand, and the recorded ones can't be put back: ${stderr.trim()}`);
  }
}

/** Runs again what issued each certificate: it keeps one that has more than a third of its life left. */
export async function renewCertificates(resources: readonly StateResource[]): Promise<void> {
  const renewals = recordedRuns("certificate", resources).map(async ({ name, command, stdin }) => {
    const { code, stderr } = await run(
      "sh",
      ["-c", `set -- ${command}; docker volume inspect "$2" >/dev/null 2>&1 || exit 0; "$@"`],
      {
        input: stdin,
      },
    );
    if (code !== 0) say(`${name}: the certificate can't be looked at or renewed: ${stderr.trim()}`);
  });
  await Promise.all(renewals);
}
