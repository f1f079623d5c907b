/** What is refused while planning, and what each way to have certificates is given. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acmeSettings } from "../../../components/acme";
import { parseConfig } from "../../../components/core/config";
import { tlsSecrets } from "../../../components/haproxy/certificates";
import { providedPem, validateProvided } from "../../../components/haproxy/provided-certificate";
import { neededSecrets, tlsConfig, trustOf, type AcmeConfig } from "../../../components/haproxy/tls-config";

const problems = (tls: object) => parseConfig({ edge: JSON.stringify({ tls }) }).problems;
const acme = { mode: "acme", email: "ops@example.org", acceptTerms: true };

describe("the configuration", () => {
  test("is the platform's own authority unless said otherwise", () => {
    expect(parseConfig({}).config?.edge.tls).toEqual({ mode: "internal" });
  });

  test("of an ACME server begins with the trial one", () => {
    expect(tlsConfig.parse(acme)).toEqual({ ...acme, directory: "letsencrypt-staging", challenge: "http-01" });
  });

  test.each<[string, object, string]>([
    ["another mode", { mode: "none" }, "give internal, acme or provided"],
    ["terms that nobody accepted", { ...acme, acceptTerms: false }, "acceptTerms: false is not one of true"],
    ["no terms", { mode: "acme", email: "ops@example.org" }, "acceptTerms is missing"],
    ["no address", { ...acme, email: "ops" }, '"ops" is not an e-mail address'],
    ["a directory without TLS", { ...acme, directory: "http://ca.example.org/dir" }, "is not an ACME directory"],
    ["dns-01 without a provider", { ...acme, challenge: "dns-01" }, "dnsProvider is needed for the challenge dns-01"],
    ["a provider without dns-01", { ...acme, dnsProvider: "desec" }, "is only of use with the challenge dns-01"],
    ["a setting of another mode", { mode: "provided", email: "ops@example.org" }, "tls.email is not a setting"],
  ])("refuses %s", (_, tls, words) => {
    expect(problems(tls).join("\n")).toContain(words);
    expect(problems(tls).join("\n")).toContain("oneforall:edge.tls");
  });

  test("names the secrets that it needs", () => {
    expect(neededSecrets({ mode: "internal" })).toEqual([]);
    expect(neededSecrets({ mode: "provided" })).toEqual(["tlsCertificate", "tlsKey"]);
    const all = { ...acme, challenge: "dns-01", dnsProvider: "desec", eabKeyId: "kid" };
    expect(neededSecrets(tlsConfig.parse(all))).toEqual(["acmeEabKey", "acmeDnsCredentials"]);
  });
});

test("what the probes verify the edge's certificate against", () => {
  const trust = (tls: object) => trustOf(tlsConfig.parse(tls));
  const pem = "-----BEGIN CERTIFICATE-----\n";
  expect(trust({ mode: "internal" })).toBe("authority");
  expect(trust({ mode: "provided" })).toBe("nothing");
  expect(trust(acme)).toBe("nothing");
  expect(trust({ ...acme, directory: "letsencrypt" })).toBe("public");
  expect(trust({ ...acme, directory: "https://ca.example.org/dir", caCertificate: pem })).toEqual({ pem });
});

test("a secret that is missing is named, with how to set it", () => {
  expect(() => tlsSecrets({ mode: "provided" }, () => undefined)).toThrow(
    /oneforall:tlsCertificate is missing.*pulumi config set --secret oneforall:tlsCertificate[^]*oneforall:tlsKey is missing/,
  );
});

describe("the client's settings", () => {
  const config = tlsConfig.parse({ ...acme, directory: "letsencrypt" }) as AcmeConfig; // its mode is acme

  test("carry the directory's address and every name", () => {
    expect(JSON.parse(acmeSettings(config, ["example.org", "chat.example.org"]))).toEqual({
      directory: "https://acme-v02.api.letsencrypt.org/directory",
      email: "ops@example.org",
      challenge: "http-01",
      edge: "http://haproxy:8080",
      names: ["example.org", "chat.example.org"],
    });
  });

  test("refuse a wildcard by http-01, which no server gives", () => {
    expect(() => acmeSettings(config, ["*.apps.example.org"])).toThrow(/set edge\.tls\.challenge to dns-01/);
  });
});

describe("a provided certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "provided-"));
  const make = (name: string, ...names: string[]) => {
    const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
    const san = ["-addext", `subjectAltName=${names.map((n) => `DNS:${n}`).join(",")}`];
    const made = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      certificate,
    ];
    execFileSync("openssl", ["req", "-x509", "-days", "30", "-subj", `/CN=${name}`, ...made, ...san], {
      stdio: "ignore",
    });
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  };
  const good = make("good", "example.org", "*.example.org");
  const other = make("other", "example.org");
  const names = ["chat.example.org", "example.org"];
  const now = new Date();
  afterAll(() => rmSync(folder, { recursive: true }));

  test("that fits is taken", () => expect(validateProvided(good, names, now)).toEqual([]));

  test.each<[string, () => string[], RegExp[]]>([
    [
      "no PEM",
      () => validateProvided({ certificate: "x", key: "y" }, names, now),
      [/not a certificate/, /not a private key/],
    ],
    ["another's key", () => validateProvided({ ...good, key: other.key }, names, now), [/is not the key of/]],
    ["one that ended", () => validateProvided(good, names, new Date(now.getTime() + 31 * 86400_000)), [/ended on/]],
    ["one of tomorrow", () => validateProvided(good, names, new Date(now.getTime() - 86400_000)), [/begins only on/]],
    [
      "a name left out",
      () => validateProvided(other, names, now),
      [/\(for example\.org\) doesn't cover chat\.example\.org/],
    ],
    [
      "a name two labels deep",
      () => validateProvided(good, ["a.b.example.org"], now),
      [/doesn't cover a\.b\.example\.org/],
    ],
    ["a wildcard it hasn't", () => validateProvided(good, ["*.apps.example.org"], now), [/doesn't cover \*\.apps/]],
  ])("is refused with words: %s", (_, validate, words) => {
    const found = validate();
    expect(found).toHaveLength(words.length);
    words.forEach((word, index) => expect(found[index]).toMatch(word));
    expect(found.join()).not.toContain("PRIVATE KEY-----");
  });

  test("reaches HAProxy without empty lines, whatever the line ends were", () => {
    const pem = providedPem({ certificate: `${good.certificate.replaceAll("\n", "\r\n")}\r\n`, key: `\n${good.key}` });
    expect(pem).toBe(good.certificate + good.key);
  });
});
