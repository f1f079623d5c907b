/** Who may do what, in Redis's own rules. Pure; passwords come in the container, from their files. */
import type { Declared } from "../databases/server";
import { SUPERUSER } from "./places";

export interface Grant {
  /** Patterns of keys that the user may use; without them it sees only what the server counts. */
  readonly keys?: readonly string[];
}

/** Everything but what concerns the server or everybody's data; clients ask INFO whether it serves. */
const COMMANDS = "+@all -@admin -@dangerous +info";
/** The least with which the exporter answers. */
const MONITOR = "-@all +ping +info +slowlog|get +slowlog|len +latency|latest +latency|histogram +client|setname";

/** A line for each user: its name and its rules. */
export function renderUsers(asked: readonly Declared<Grant>[]): string {
  const keys = new Map<string, Set<string>>();
  for (const { user, declaration } of asked) {
    keys.set(user, new Set([...(keys.get(user) ?? []), ...(declaration.keys ?? [])]));
  }
  const users = [...keys].map(([name, patterns]) => {
    const rules = [...patterns].sort().map((pattern) => `~${pattern}`);
    return rules.length === 0 ? `${name} ${MONITOR}` : `${name} ${rules.join(" ")} &* ${COMMANDS}`;
  });
  return [`${SUPERUSER} ~* &* +@all`, ...users.sort()].map((line) => `${line}\n`).join("");
}
