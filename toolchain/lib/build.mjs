// Building a piece from the Go module proxy. What may be built is fixed by the go.sum of each module.
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "./go.mjs";
import { here, sourceHash, stampPath } from "./pieces.mjs";
import { runOrFail } from "./run.mjs";

/** How often a line is printed where there is no terminal to update one. */
const quietSeconds = 20;

const asTime = (seconds) => (seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`);

/** Builds one piece to a temporary name and renames it into place: there is never half a binary under its real name. */
export async function build(piece, go, title, { log, progress }) {
  const folder = dirname(piece.binary);
  const temporary = join(folder, `.${piece.source}.building`);
  mkdirSync(folder, { recursive: true });
  const source = sourceHash(piece);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const tick = (now) => {
    if (progress) progress(`${title}: building (${asTime(now)})`);
    else if (now % quietSeconds === 0) log(`${title}: building (${asTime(now)})`);
  };
  try {
    const flags = ["build", "-trimpath", "-ldflags", `-s -w ${piece.linkerFlags}`, "-o", temporary, piece.package];
    await runOrFail(`building the ${piece.name}`, go, flags, {
      cwd: join(here, "go", piece.source),
      env: environment(),
      tick,
    });
    for (const [name, text] of Object.entries(piece.scripts ?? {})) {
      writeFileSync(join(folder, `.${name}.new`), text, { mode: 0o755 });
      renameSync(join(folder, `.${name}.new`), join(folder, name));
    }
    // The stamp goes first: interrupted here, the old binary counts as built from other sources.
    rmSync(stampPath(piece), { force: true });
    chmodSync(temporary, 0o755);
    renameSync(temporary, piece.binary);
    writeFileSync(stampPath(piece), `${source}\n`);
    rmSync(`${folder}.partial`, { force: true });
  } finally {
    rmSync(temporary, { force: true });
  }
  log(`${title}: built in ${asTime(seconds())}`);
}
