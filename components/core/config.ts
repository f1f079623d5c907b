/**
 * The one place that reads stack configuration. Everything is checked before any resource is made, and everything that
 * is wrong is told at once, with the key, the value and what is right.
 */
import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { z } from "zod";
import { cmsConfig } from "../cms/config";
import { databasesConfig } from "../databases/config";
import { edgeConfig, hostname } from "../haproxy/config";
import { chatConfig } from "../mattermost/config";
import { monitoringConfig } from "../monitoring/config";
import { refuse } from "./errors";
import { NAME_PATTERN } from "./naming";

const NAMESPACE = "oneforall";

const port = z.number().int().min(1).max(65535);
const connection = z.union([
  z.literal("local"),
  z.strictObject({
    host: z.string().min(1),
    user: z.string().default("root"),
    port: port.default(22),
    /** The server's public key, checked at every connection. */
    hostKey: z.string().min(1),
  }),
]);

const host = z.strictObject({
  name: z.string().regex(NAME_PATTERN, "is not a name; give lower-case letters, digits and dashes"),
  connection: connection.default("local"),
});

const schema = z.strictObject({
  /** The platform's own name; services are its subdomains. */
  domain: hostname.default("oneforall.localhost"),
  /** Where images come from; see docs/operations.md. */
  imageSource: z.enum(["pull", "mirror", "bundle", "packages"]).default("pull"),
  /** Registry that holds the same digests, for imageSource `mirror`: host[:port][/path]. */
  mirror: z.string().min(1).optional(),
  hosts: z
    .array(host)
    .min(1)
    .default([{ name: "main", connection: "local" }]),
  edge: edgeConfig.prefault({}),
  /** Private /16 from which each of the platform's networks gets a /24. */
  networkPool: z
    .string()
    .regex(
      /^(10\.\d{1,3}|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/,
      "is not a private /16; give for example 172.30.0.0/16",
    )
    .default("172.30.0.0/16"),
  /** A word for a volume whose data is not what the records say: begin again with none, or take over what is there. */
  volumes: z.record(z.string(), z.enum(["initialise", "adopt"])).default({}),
  /** Makes `pulumi destroy` refuse while stateful volumes exist. */
  protectVolumes: z.boolean().default(false),
  /** Raise the number behind a secret's name to rotate it. */
  secretVersions: z.record(z.string(), z.number().int().min(1)).default({}),
  monitoring: monitoringConfig.prefault({}),
  databases: databasesConfig.prefault({}),
  chat: chatConfig.prefault({}),
  cms: cmsConfig.prefault({}),
});

export type PlatformConfig = z.output<typeof schema>;
export type ConnectionConfig = z.output<typeof connection>;

// There, and used by pulumi.Config itself, but left out of the published typings.
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret: (key: string) => boolean };

/** The configuration of the current stack. Throws pulumi.RunError that lists every problem. */
export function readConfig(): PlatformConfig {
  const raw: Record<string, string> = {};
  for (const [key, value] of Object.entries(pulumi.runtime.allConfig())) {
    const name = key.startsWith(`${NAMESPACE}:`) ? key.slice(NAMESPACE.length + 1) : undefined;
    // Secrets are read where they are used, as secrets.
    if (name !== undefined && !isConfigSecret(key)) raw[name] = value;
  }
  const { config, problems } = parseConfig(raw);
  if (!config) refuse("The stack's configuration can't be used", problems);
  return config;
}

/** Checks raw values (JSON, or plain text where that is no JSON), as `pulumi config` stores them. */
export function parseConfig(raw: Readonly<Record<string, string>>): { config?: PlatformConfig; problems: string[] } {
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(raw)) values[key] = fromText(text);
  const result = schema.safeParse(values);
  const problems = result.success ? [] : result.error.issues.flatMap((issue) => describe(issue, values));
  if (result.success && result.data.imageSource === "mirror" && !result.data.mirror) {
    problems.push(`${NAMESPACE}:mirror is missing; imageSource is mirror: give the registry that holds the images`);
  }
  return problems.length === 0 && result.success ? { config: result.data, problems } : { problems };
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A problem as a person reads it: path, value, what is right. */
function describe(issue: z.core.$ZodIssue, values: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const known = Object.keys(schema.shape).join(", ");
      const at = [...issue.path, key].join(".");
      return `${NAMESPACE}:${at} is not a setting${issue.path.length === 0 ? `; there are: ${known}` : ""}`;
    });
  }
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const key = `${NAMESPACE}:${issue.path.join(".")}`;
  return value === undefined
    ? [`${key} is missing; give ${wanted(issue)}`]
    : [`${key}: ${JSON.stringify(value)} ${is(issue)}`];
}

/** What is wrong with a value and what would be right, for the checks that bring no words of their own. */
function is(issue: z.core.$ZodIssue): string {
  const ownWords = issue.message.startsWith("is ");
  return ownWords ? issue.message : `is not ${wanted(issue)}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "too_small":
      return `${String(issue.minimum)} or more`;
    case "too_big":
      return `${String(issue.maximum)} or less`;
    case "invalid_type":
      return /^[aeiou]/.test(issue.expected) ? `an ${issue.expected}` : `a ${issue.expected}`;
    default:
      return issue.message;
  }
}

/** The secrets that a person has set: `pulumi config set --secret oneforall:<name>`. */
export class GivenSecrets {
  private readonly asked = new Set<string>();

  get(name: string): pulumi.Output<string> | undefined {
    this.asked.add(name);
    return new pulumi.Config(NAMESPACE).getSecret(name);
  }

  /** What is wrong with those that nothing has asked for: most likely a name with a typing error. */
  problems(): string[] {
    const set = Object.keys(pulumi.runtime.allConfig()).filter((key) => isConfigSecret(key));
    const own = set.filter((key) => key.startsWith(`${NAMESPACE}:`)).map((key) => key.slice(NAMESPACE.length + 1));
    const known = [...this.asked].sort().join(", ");
    return own
      .filter((name) => !this.asked.has(name))
      .map((name) => `${NAMESPACE}:${name} is a secret that nothing reads; there are: ${known}`);
  }
}
