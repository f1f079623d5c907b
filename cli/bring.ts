/** Brings what the platform stands on: the pinned Pulumi CLI with its plugins, and a Docker daemon. */
import { join } from "node:path";
import { Interrupted, Refusal, say } from "./main";
import { ROOT } from "./paths";
import { run, show } from "./run";

/** Downloads or builds what is missing of the toolchain. */
export async function bringToolchain(again: string): Promise<void> {
  const { code, interrupted } = await show(process.execPath, [join(ROOT, "toolchain", "install.mjs")], {
    cwd: ROOT,
    stdio: ["inherit", 2, 2],
  });
  if (interrupted) throw new Interrupted(`Stopped while the toolchain was made; \`${again}\` goes on with it.`);
  if (code !== 0) throw new Refusal("The toolchain couldn't be had; the reason is above. Mend it and run this again.");
}

/** A daemon that answers: at once when one does, else installed and started as on any other host of the platform. */
export async function bringDocker(): Promise<void> {
  if (await dockerAnswers()) return;
  const { code } = await show("sh", [join(ROOT, "components", "core", "host-scripts", "bootstrap")], {
    stdio: ["ignore", 2, 2],
  });
  if (code !== 0) throw new Refusal("Docker couldn't be brought up; the reason is above. Mend it and run this again.");
  say("Docker answers.");
}

export async function dockerAnswers(): Promise<boolean> {
  const { code } = await run("docker", ["version", "--format", "{{.Server.Version}}"], { timeoutSeconds: 20 });
  return code === 0;
}
