/** What every command's entry file does around its work. */

/** Something that the person can mend; shown without a stack. */
export class Refusal extends Error {}

/** Ends a command on the person's wish; the exit code of a program that Ctrl-C ended. */
export class Interrupted extends Error {}

/** Runs a command and ends with the exit code that it gives. */
export function main(work: () => Promise<number>): void {
  work().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      if (error instanceof Interrupted) {
        process.stderr.write(`\n${error.message}\n`);
        process.exitCode = 130;
        return;
      }
      const text = error instanceof Refusal ? error.message : error instanceof Error ? error.stack : String(error);
      process.stderr.write(`\n${text}\n`);
      process.exitCode = 1;
    },
  );
}

/** One line about what is going on; stderr, so that stdout stays the command's result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
