import * as pulumi from "@pulumi/pulumi";

/**
 * Everything that is wrong with a declaration, told at once. It is raised as pulumi.RunError, which the engine prints
 * in a second without a stack; any other uncaught error is inspected for most of a minute first (measured).
 */
export function refuse(what: string, problems: readonly string[]): never {
  const list = problems.map((problem) => `  - ${problem}`).join("\n");
  throw new pulumi.RunError(`${what} (${problems.length} to mend; nothing was changed):\n${list}`);
}
