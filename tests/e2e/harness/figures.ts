/** Results as lines; the figures in the docs come from nowhere else. */
import { writeSync } from "node:fs";

/** `npm run e2e -- <area> --long` resolves an issue; the short form is for CI. */
export const FORM: "short" | "long" = process.env["ONEFORALL_FORM"] === "long" ? "long" : "short";

/** Prints one result, counted by the test itself: `figure main.containers = 9 count short`. */
export function figure(area: string, name: string, value: number, unit: string): void {
  // Not console.log: jest would put a stack trace around it.
  writeSync(1, `figure ${area}.${name} = ${Number(value.toFixed(2))} ${unit} ${FORM}\n`);
}

/** A line about what a long test is doing. */
export function note(text: string): void {
  writeSync(2, `  ${text}\n`);
}
