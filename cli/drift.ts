/**
 * Files of live configurations that somebody changed behind our back. The engine can't see them (a command has nothing
 * to refresh), so they are compared here with what the state says was put there, and put there again.
 */
import { say } from "./main";
import type { StateResource } from "./pulumi";
import { run } from "./run";

/** A live configuration as the state records it: the words of its command, and the files. */
export interface RecordedConfig {
  readonly name: string;
  /** Shell words: host-scripts/live CONTAINER VOLUME IMAGE DIRECTORY CHECK RELOAD. */
  readonly command: string;
  readonly files: string;
}

/** The live configurations of this machine's containers. */
export function recordedConfigs(resources: readonly StateResource[]): RecordedConfig[] {
  return resources.flatMap(({ urn, type, outputs = {} }) => {
    const { create, stdin } = outputs;
    if (type !== "command:local:Command" || typeof create !== "string" || typeof stdin !== "string") return [];
    if (!/^"[^"]*\/lib\/live" /.test(create)) return [];
    return [{ name: urn.split("::").pop() ?? urn, command: create, files: stdin }];
  });
}

export async function healLiveConfigs(resources: readonly StateResource[]): Promise<void> {
  for (const { name, command, files } of recordedConfigs(resources)) {
    // The recorded words are the script's own; two of them are what a comparison needs.
    const compare = `set -- ${command}; docker inspect "$2" >/dev/null 2>&1 || exit 1; exec "$1" --differs "$2" "$5"`;
    if ((await run("sh", ["-c", compare], { input: files })).code !== 0) continue;
    const { code, stderr } = await run("sh", ["-c", command], { input: files });
    if (code === 0) say(`Repaired: ${name}: its files had been changed by hand; they are those of the stack again`);
    else say(`${name}: its files were changed by hand, and the recorded ones can't be put back: ${stderr.trim()}`);
  }
}
