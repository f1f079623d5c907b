/**
 * The only way in which the program runs anything: a script of host-scripts/ on a host (the same call for a local host
 * and one over SSH), or a program of ours on the machine that deploys. Data goes in by stdin, so that a preview's diff
 * is readable and truthful, and so that no secret is ever in a command line.
 *
 * A command runs again, in place, when its words or its stdin change: what it must follow (a container's id) is a word.
 *
 * Nothing may take a command's stdout as an input of another resource (any change of stdin makes it unknown, and all
 * that follows with it); use `dependsOn`.
 */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "./host";

export type Command = command.local.Command | command.remote.Command;

export interface RunArgs {
  readonly stdin?: pulumi.Input<string>;
  /** When one of these changes, a new one is made and then the old one is undone (the SDK replaces on triggers always). */
  readonly triggers?: readonly pulumi.Input<string>[];
  /** The output is a secret. @default false */
  readonly secretOutput?: boolean;
  readonly environment?: Record<string, pulumi.Input<string>>;
}

/** Runs `host-scripts/<script> <args>` on a host; `undo` are the words of the script call that undoes it. */
export function onHost(
  name: string,
  host: Host,
  [script, ...args]: readonly [string, ...pulumi.Input<string>[]],
  run: RunArgs & { readonly undo?: readonly [string, ...string[]] },
  opts: pulumi.CustomResourceOptions,
): Command {
  const undo = run.undo && `${host.script(run.undo[0])} ${words(run.undo.slice(1))}`;
  const create = pulumi.all(args).apply((known) => `${host.script(script)} ${words(known)}`);
  // Plain words stay plain: an Output in a command would be one more thing that a preview can't know.
  const plain = args.every((arg): arg is string => typeof arg === "string");
  return make(
    name,
    host.connection,
    plain ? `${host.script(script)} ${words(args)}` : create,
    undo,
    run,
    pulumi.mergeOptions(opts, { provider: host.commands, dependsOn: [host.prepared] }),
  );
}

/** Runs a program on the machine that deploys, in the project's directory; `undo` is the command that undoes it. */
export function onDeployer(
  name: string,
  program: readonly string[],
  run: RunArgs & { readonly undo?: readonly string[] },
  opts: pulumi.CustomResourceOptions,
): Command {
  return make(name, "local", words(program), run.undo && words(run.undo), run, opts);
}

/** Runs a shell text on a host that has none of our scripts yet: for the host's own preparation only. */
export function onBareHost(
  name: string,
  connection: Host["connection"],
  text: { readonly create: string; readonly undo: string },
  run: RunArgs,
  opts: pulumi.CustomResourceOptions,
): Command {
  return make(name, connection, text.create, text.undo, run, opts);
}

function make(
  name: string,
  connection: Host["connection"],
  create: pulumi.Input<string>,
  undo: string | undefined,
  run: RunArgs,
  opts: pulumi.CustomResourceOptions,
): Command {
  const inputs = {
    create,
    delete: undo,
    stdin: run.stdin,
    triggers: run.triggers && [...run.triggers],
    environment: run.environment,
    logging: "stderr" as const,
    // sshd refuses variables that it wasn't told to accept (pulumi-command 584).
    addPreviousOutputInEnv: false,
  };
  const options = run.secretOutput ? pulumi.mergeOptions(opts, { additionalSecretOutputs: ["stdout"] }) : opts;
  return connection === "local"
    ? new command.local.Command(name, inputs, options)
    : new command.remote.Command(name, { connection, ...inputs }, options);
}

function words(all: readonly string[]): string {
  return all.map(quote).join(" ");
}

/** A word as the shell takes it literally. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
