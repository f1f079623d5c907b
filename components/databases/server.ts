import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { accessFiles, type DatabaseAccess, type Engine } from "./access";
import { onHost, type Command } from "../core/exec";
import type { Host } from "../core/host";
import type { ImageName, ResolvedImage } from "../core/image";
import { dockerName } from "../core/naming";
import type { Platform } from "../core/platform";
import type { Registry } from "../core/registry";
import type { Secret } from "../core/secrets";
import type { ServiceSpec } from "../core/spec";
import { packTextFiles } from "../core/text-files";
import { madeImage, plainVolume } from "../core/volumes";

/** Where a server's container has a file with the password of each user, named as the user is. */
export const PASSWORDS = "/run/database/passwords";
const CERTIFICATE = "/run/database/certificate";
/** The server's certificate with its key behind it, in one file. */
export const SERVER_PEM = `${CERTIFICATE}/server.pem`;
/** The root certificate that signed it. */
export const ROOT_CERTIFICATE = `${CERTIFICATE}/ca.crt`;

type Share = NonNullable<ServiceSpec["shares"]>[number];

export interface ServerSettings {
  readonly engine: Engine;
  /** The service's name: its name on its network, and in its certificate. */
  readonly service: string;
  readonly port: number;
  readonly image: ImageName;
  /** The user that it is administered as; its password is in PASSWORDS before the first start. */
  readonly administrator: string;
  /** Makes the running server read SERVER_PEM again, run by `sh -c` in its container; must fail when it refused. */
  readonly reloadCertificate: string;
}

/** A user of one database, and what the engine's own declaration says beyond that. */
export interface Declared<T> {
  readonly user: string;
  readonly database: string;
  readonly declaration: T;
}

/**
 * What every database server has beside its container: users whose passwords it reads from files, a certificate for its
 * name, and a convergence that makes of it what everybody has asked for, at each `up`. Asking is possible until the
 * platform is sealed.
 */
export class DatabaseServer<T> {
  /** For the `shares` of the server's declaration. */
  readonly shares: readonly Share[];
  /** What everybody has asked for. */
  readonly asked: Registry<Declared<T>>;
  private readonly written: Command;
  private readonly host: Host;
  private readonly image: ResolvedImage;
  private converged?: Command;

  constructor(
    private readonly platform: Platform,
    private readonly settings: ServerSettings,
  ) {
    const { service, image } = settings;
    this.host = platform.mainHost;
    this.image = platform.images.resolve(image, this.host);
    this.asked = platform.collect(`databases of ${service}`);
    this.secretOf(settings.administrator); // asked for now, so that the sealing knows that it is read
    const passwords = this.passwords();
    this.written = passwords.ready;
    this.shares = [passwords, this.certificate()];
  }

  /** A user's password: generated, or given as the config secret `oneforall:<service>-<user>`. */
  secretOf(user: string): Secret {
    return this.platform.secret(`${this.settings.service}-${user}`);
  }

  /** Asks for a database and a user of it. */
  ask(asked: Declared<T>): DatabaseAccess {
    const { engine, service, port } = this.settings;
    const { database, user } = asked;
    if (!this.converged) throw new Error(`${service} was asked for ${database} before it was made`);
    this.asked.add(`${user} of ${database}`, asked);
    return {
      engine,
      onHost: this.host.hostName,
      network: engine,
      host: service,
      port,
      database,
      user,
      password: this.secretOf(user),
      authority: this.platform.authority.root,
      ...accessFiles(engine, user),
      ready: this.converged,
    };
  }

  /**
   * Runs a program in the server's container with the text that `render` makes of everything that was asked for. It runs
   * again when that, a password's version, or the container is another one; so it has to be idempotent.
   */
  converge(
    server: { readonly container: docker.Container; readonly gate: pulumi.Resource },
    program: readonly string[],
    render: (asked: readonly Declared<T>[]) => string,
    parent: pulumi.Resource,
  ): Command {
    const { service } = this.settings;
    const versions = this.users().apply((users) =>
      pulumi
        .all(users.map((user) => pulumi.interpolate`${user}/${this.secretOf(user).version}`))
        .apply((all) => all.join(",")),
    );
    this.converged = onHost(
      `${service}-converged`,
      this.host,
      ["inside", server.container.id, versions, ...program],
      { stdin: this.asked.all.apply(render) },
      { parent, dependsOn: [server.gate, this.written] },
    );
    return this.converged;
  }

  private users(): pulumi.Output<string[]> {
    return this.asked.all.apply((all) =>
      [...new Set([this.settings.administrator, ...all.map(({ user }) => user)])].sort(),
    );
  }

  /** Rewritten in place: a volume of its own for each content would mean a new container for every new user. */
  private passwords(): Share & { readonly ready: Command } {
    const { platform, host, image } = this;
    const { service } = this.settings;
    const volume = plainVolume({ platform: platform.name, service, host, parent: host }, "passwords");
    const files = this.users().apply((users) =>
      pulumi.all(
        users.map((user) => this.secretOf(user).content.apply((content) => ({ path: user, content, mode: "0400" }))),
      ),
    );
    const ready = onHost(
      `${service}-passwords-written`,
      host,
      ["files", dockerName(platform.name, service, "passwords"), image.ref, image.entry.user],
      { stdin: pulumi.secret(files.apply(packTextFiles)) },
      { parent: host, dependsOn: [volume, ...madeImage(image)] },
    );
    return { volume: volume.name, path: PASSWORDS, ready };
  }

  private certificate(): Share {
    const { platform, host } = this;
    const { service, reloadCertificate } = this.settings;
    const volume = plainVolume({ platform: platform.name, service, host, parent: host }, "certificate");
    // openssl is in this one for sure; a database's image need not have it.
    const tools = platform.images.resolve("haproxy", host);
    const { authority } = platform;
    const ready = onHost(
      `${service}-certificate-issued`,
      host,
      [
        "certificate",
        authority.volume,
        dockerName(platform.name, service, "certificate"),
        tools.ref,
        this.image.entry.user,
        "server.pem",
        dockerName(platform.name, service),
        reloadCertificate,
      ],
      { stdin: `${service}\n` },
      { parent: host, dependsOn: [authority.made, volume] },
    );
    return { volume: volume.name, path: CERTIFICATE, ready };
  }
}
