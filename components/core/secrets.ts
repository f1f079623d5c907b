import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { createECDH, createHmac, createPrivateKey, hkdfSync } from "node:crypto";
import type { GivenSecrets } from "./config";
import { onDeployer } from "./exec";

/** A secret of the platform. */
export interface Secret {
  readonly content: pulumi.Output<string>;
  /**
   * Another one whenever the content is another one: a plan must see a rotation without seeing the value. The number from
   * `secretVersions` for a generated secret; for one that a person has set, a fingerprint (`fingerprint` below).
   */
  readonly version: pulumi.Output<string>;
}

/**
 * All generated secrets come from one seed, by HKDF over their names: nothing to keep but the seed, no resource per
 * secret, and what opens retained data (database passwords, the CA key, the backup key) lives as long as the data.
 *
 * The seed itself is kept in an encrypted keep-file beside the passphrase (keep.mjs) and taken from there before a new
 * one is used; otherwise destroy and up with kept volumes would make passwords that open nothing.
 */
export class Secrets {
  private readonly seed: pulumi.Output<string>;

  constructor(
    stack: string,
    private readonly versions: Readonly<Record<string, number>>,
    providers: { readonly commands: command.Provider; readonly randoms: random.Provider },
    private readonly config: GivenSecrets,
  ) {
    const fresh = new random.RandomPassword(
      "seed",
      { length: 64, special: false },
      // Replacing it would change nothing anyway: the kept one wins.
      { provider: providers.randoms, ignoreChanges: ["length", "special"] },
    );
    const kept = onDeployer(
      "seed-kept",
      ["node", "components/core/keep.mjs", `.oneforall/keep-${stack}.json`, "seed"],
      { stdin: fresh.result, secretOutput: true },
      { provider: providers.commands },
    );
    this.seed = pulumi.secret(kept.stdout);
  }

  /** The config secret `oneforall:<name>`, if a person has set it. */
  given(name: string): Secret | undefined {
    const content = this.config.get(name);
    if (!content) return undefined;
    const version = pulumi.all([this.seed, content]).apply(([seed, value]) => fingerprint(seed, name, value));
    // Without the seed it tells nothing of the value, and a plan has to show it.
    return { content, version: pulumi.unsecret(version) };
  }

  /** A password of 32 letters and digits: the one given as the config secret `oneforall:<name>`, or one derived for this name. */
  password(name: string): Secret {
    return this.given(name) ?? this.derived(name, derivePassword);
  }

  /** A P-256 private key (PKCS #8, PEM) derived for this name. */
  privateKey(name: string): Secret {
    return this.derived(name, derivePrivateKey);
  }

  private derived(name: string, how: (seed: string, name: string, version: number) => string): Secret {
    const version = this.versions[name] ?? 1;
    return { content: this.seed.apply((seed) => how(seed, name, version)), version: pulumi.output(String(version)) };
  }
}

/** 48 bits of a keyed hash. */
export function fingerprint(seed: string, name: string, value: string): string {
  const key = derive(seed, `fingerprint of ${name}`, 1, 32);
  return createHmac("sha256", key).update(value).digest("hex").slice(0, 12);
}

function derive(seed: string, name: string, version: number, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", seed, "oneforall", `${name}/${version}`, length));
}

/** 32 letters and digits: 190 bits, and nothing that a shell, a URL or a configuration file could misread. */
export function derivePassword(seed: string, name: string, version: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // Bytes from 248 on are left out: 248 is the largest multiple of 62 in a byte, so that every letter is equally likely.
  const usable = [...derive(seed, name, version, 96)].filter((byte) => byte < 248);
  return usable
    .slice(0, 32)
    .map((byte) => alphabet.charAt(byte % alphabet.length))
    .join("");
}

/** A P-256 key from 48 derived bytes, reduced into the group's order (FIPS 186-5, A.2.1: extra random bits). */
export function derivePrivateKey(seed: string, name: string, version: number): string {
  const order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  const wide = BigInt(`0x${derive(seed, name, version, 48).toString("hex")}`);
  const d = ((wide % (order - 1n)) + 1n).toString(16).padStart(64, "0");
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(d, "hex");
  const point = ecdh.getPublicKey();
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: Buffer.from(d, "hex").toString("base64url"),
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33, 65).toString("base64url"),
  };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}
