import { Refusal } from "./main";

/** The stack that `npm run up` makes when none is named. */
export const DEFAULT_STACK = "dev";

export interface Arguments {
  readonly stack: string;
  /** The value of `--with-data`, for `down`. */
  readonly withData?: string;
  /** What Pulumi shall get, as given. */
  readonly rest: readonly string[];
}

/** `--stack <name>` (or `-s`), `--with-data <stack>`; `--yes` is understood anyway; all else goes to Pulumi. */
export function parseArguments(args: readonly string[], known: readonly "withData"[] = []): Arguments {
  const rest: string[] = [];
  let stack: string | undefined;
  let withData: string | undefined;
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    const [name, inline] = split(arg);
    if (name === "--stack" || name === "-s") stack = valueOf(name, inline ?? left.shift());
    else if (name === "--with-data" && known.includes("withData")) withData = valueOf(name, inline ?? left.shift());
    else if (name !== "--yes" && name !== "-y") rest.push(arg);
  }
  if (withData !== undefined && stack !== undefined && stack !== withData) {
    throw new Refusal(`--stack ${stack} and --with-data ${withData} name two stacks; name one`);
  }
  return { stack: checked(stack ?? withData ?? process.env["PULUMI_STACK"] ?? DEFAULT_STACK), withData, rest };
}

function split(arg: string): [string, string | undefined] {
  const at = arg.startsWith("--") ? arg.indexOf("=") : -1;
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)];
}

function valueOf(name: string, value: string | undefined): string {
  if (value === undefined || value === "" || value.startsWith("-")) {
    throw new Refusal(`${name} has no value; give a stack's name, for example ${name} ${DEFAULT_STACK}`);
  }
  return value;
}

function checked(stack: string): string {
  // It becomes part of Docker names and of file names.
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stack)) return stack;
  throw new Refusal(`--stack ${stack} is not a usable name; give lower-case letters, digits and single dashes`);
}
