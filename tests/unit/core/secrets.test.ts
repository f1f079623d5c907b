import fc from "fast-check";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { derivePassword, derivePrivateKey, fingerprint } from "../../../components/core/secrets";

describe("derived secrets", () => {
  test("are the same for the same seed, name and version, and else different", () => {
    const one = derivePassword("seed", "database", 1);
    expect(derivePassword("seed", "database", 1)).toBe(one);
    for (const other of [
      derivePassword("seed", "database", 2),
      derivePassword("seed", "cache", 1),
      derivePassword("deed", "database", 1),
    ]) {
      expect(other).not.toBe(one);
    }
  });

  test("a release never changes them: data was encrypted with them", () => {
    expect(derivePassword("seed", "database", 1)).toMatchInlineSnapshot(`"5G4JtBqrlGJ1q9Ne2lntRIC13755Mg1Q"`);
  });

  test("passwords are 32 letters and digits", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1 }), (seed, name, version) => {
        expect(derivePassword(seed, name, version)).toMatch(/^[A-Za-z0-9]{32}$/);
      }),
    );
  });

  test("fingerprints differ with the value, and say nothing to whoever hasn't the seed", () => {
    const one = fingerprint("seed", "alertWebhookUrl", "https://example.org/a");
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(fingerprint("seed", "alertWebhookUrl", "https://example.org/a")).toBe(one);
    expect(fingerprint("seed", "alertWebhookUrl", "https://example.org/b")).not.toBe(one);
    expect(fingerprint("deed", "alertWebhookUrl", "https://example.org/a")).not.toBe(one);
    expect(fingerprint("seed", "alertHeartbeatUrl", "https://example.org/a")).not.toBe(one);
  });

  test("private keys are keys: what one signs, its public half accepts", () => {
    const pem = derivePrivateKey("seed", "authority", 1);
    expect(derivePrivateKey("seed", "authority", 1)).toBe(pem);
    const key = createPrivateKey(pem);
    const message = Buffer.from("message");
    expect(verify("sha256", message, createPublicKey(key), sign("sha256", message, key))).toBe(true);
  });
});

describe("the keep-file", () => {
  const program = join(__dirname, "../../../components/core/keep.mjs");
  const keep = (file: string, value: string, env: Record<string, string>) =>
    spawnSync("node", [program, file, "seed"], {
      input: value,
      env: { PATH: process.env["PATH"], ...env },
      encoding: "utf8",
    });

  test("gives back what it kept first, and shows it to nobody without the passphrase", () => {
    const file = join(mkdtempSync(join(tmpdir(), "keep-")), "sub", "keep.json");
    expect(keep(file, "first", { PULUMI_CONFIG_PASSPHRASE: "p" }).stdout).toBe("first");
    expect(keep(file, "second", { PULUMI_CONFIG_PASSPHRASE: "p" }).stdout).toBe("first");
    expect(readFileSync(file, "utf8")).not.toContain("first");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const wrong = keep(file, "third", { PULUMI_CONFIG_PASSPHRASE: "q" });
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain("doesn't open with this passphrase");
    expect(keep(file, "fourth", { PULUMI_CONFIG_PASSPHRASE: "p" }).stdout).toBe("first");
  });

  test("makes nothing without a passphrase", () => {
    const file = join(mkdtempSync(join(tmpdir(), "keep-")), "keep.json");
    const { status, stderr } = keep(file, "first", {});
    expect(status).toBe(1);
    expect(stderr).toContain("PULUMI_CONFIG_PASSPHRASE_FILE");
    expect(existsSync(file)).toBe(false);
  });
});
