/** What a service is given to use a database: from it follow its network, its secrets, and what it waits for (docs/databases.md). */
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseNetwork } from "../core/container";
import type { Secret } from "../core/secrets";
import type { SecretFile } from "../core/spec";

/** Each has a server of its own, on a network of the same name. */
export type Engine = DatabaseNetwork;

/**
 * One user's way into one database. Made by a server's component (`postgres.database("shop")`), listed in a declaration
 * as `uses`.
 */
export interface DatabaseAccess {
  readonly engine: Engine;
  /** The host on which it can be used: a server's network is one host's. */
  readonly onHost: string;
  /** The server's own network: who has no access isn't on it. */
  readonly network: DatabaseNetwork;
  /** The server's name there, which is also the name in its certificate. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret;
  /** Where the consumer's container has the password: `/run/secrets/<name>`. */
  readonly passwordFile: string;
  /** Root certificate that the server's must verify against, PEM. */
  readonly authority: Secret;
  /** Where the consumer's container has that: a file. TLS is the only way in; check the name too (`verify-full`). */
  readonly authorityFile: string;
  /** Exists when the server has the database, the user with this password, and the grants. */
  readonly ready: pulumi.Resource;
}

const RUN_SECRETS = "/run/secrets";
const AUTHORITY = "database-authority.crt";

/** Where a consumer finds the files of an access. */
export function accessFiles(engine: Engine, user: string): Pick<DatabaseAccess, "passwordFile" | "authorityFile"> {
  return { passwordFile: `${RUN_SECRETS}/${engine}-${user}`, authorityFile: `${RUN_SECRETS}/${AUTHORITY}` };
}

/** The files that a consumer of these needs; one authority signs them all. */
export function accessSecrets(uses: readonly DatabaseAccess[]): SecretFile[] {
  const [first] = uses;
  if (!first) return [];
  const passwords = new Map(uses.map(({ passwordFile, password }) => [passwordFile, password]));
  return [
    { name: AUTHORITY, ...first.authority },
    ...[...passwords].map(([file, password]) => ({ name: file.slice(RUN_SECRETS.length + 1), ...password })),
  ];
}
