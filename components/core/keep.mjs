// Keeps a secret outside the state: `node keep.mjs FILE NAME` reads a new value from stdin, and prints the kept one when
// there is one, else the new one after keeping it. The file is encrypted with the stack's passphrase (scrypt,
// AES-256-GCM), written whole and renamed into place.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const [file, name] = process.argv.slice(2);

function passphrase() {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: path } = process.env;
  if (text !== undefined && text !== "") return text;
  if (path) return readFileSync(path, "utf8").trim();
  throw new Error(
    "neither PULUMI_CONFIG_PASSPHRASE nor PULUMI_CONFIG_PASSPHRASE_FILE is set; one of them opens " + file,
  );
}

function key(salt) {
  return scryptSync(passphrase(), salt, 32, { N: 2 ** 15, r: 8, maxmem: 2 ** 26 });
}

function open({ salt, iv, tag, data }) {
  const decipher = createDecipheriv("aes-256-gcm", key(Buffer.from(salt, "base64")), Buffer.from(iv, "base64"));
  decipher.setAuthTag(Buffer.from(tag, "base64"));
  try {
    return JSON.parse(Buffer.concat([decipher.update(Buffer.from(data, "base64")), decipher.final()]).toString("utf8"));
  } catch {
    throw new Error(`${file} doesn't open with this passphrase; give the passphrase with which it was made`);
  }
}

function seal(values) {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", key(salt), iv);
  const data = Buffer.concat([cipher.update(JSON.stringify(values)), cipher.final()]);
  const encoded = { salt, iv, tag: cipher.getAuthTag(), data };
  return JSON.stringify(Object.fromEntries(Object.entries(encoded).map(([k, v]) => [k, v.toString("base64")])));
}

try {
  const fresh = readFileSync(0, "utf8");
  const values = existsSync(file) ? open(JSON.parse(readFileSync(file, "utf8"))) : {};
  if (values[name] === undefined) {
    values[name] = fresh;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, `${seal(values)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  process.stdout.write(values[name]);
} catch (error) {
  process.stderr.write(`keep: ${error.message}\n`);
  process.exitCode = 1;
}
