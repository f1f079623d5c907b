import { note } from "./figures";

/** Asks until there is an answer; says now and then what it waits for, and in the end what was the last trouble. */
export async function waitFor<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const started = Date.now();
  let [said, trouble] = [started, "no answer"];
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
    const waited = (Date.now() - started) / 1000;
    if (waited > seconds) throw new Error(`${what}: not within ${seconds} s (last: ${trouble})`);
    if (Date.now() - said > 20_000) {
      said = Date.now();
      note(`waiting for ${what}: ${waited.toFixed(0)} of ${seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
