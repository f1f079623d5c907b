/** Who may log in at the edge: the file with passwords, and the volume that it is in. */
import * as pulumi from "@pulumi/pulumi";
import { onHost } from "../core/exec";
import { dockerName } from "../core/naming";
import type { Platform } from "../core/platform";
import { packTextFiles } from "../core/text-files";
import { madeImage, plainVolume } from "../core/volumes";
import { userList } from "./backends";
import type { Backend } from "./model";

export const USERS_FILE = "users.cfg";

/** One list of users. Passwords are plain, so that no request costs a slow hash. */
export function renderUsers(
  list: string,
  users: readonly { readonly name: string; readonly password: string }[],
): string {
  const lines = users.map(({ name, password }) => `    user ${name} insecure-password ${quotePassword(password)}\n`);
  return `userlist ${list}\n${lines.join("")}`;
}

/** The users that admin routes ask for. */
export function adminUsers(password: string): string {
  return renderUsers("admins", [{ name: "admin", password }]);
}

/** A given password may be anything; within single quotes HAProxy expands nothing. */
function quotePassword(password: string): string {
  return `'${password.replaceAll("'", `'"'"'`)}'`;
}

/** Raised versions of passwords, as a comment of the configuration: a rotation must be a change that is reloaded. */
export function passwordVersions(platform: Platform, backends: readonly Backend[]): pulumi.Output<string> {
  const secrets = [ADMIN, ...backends.flatMap((backend) => backend.users.map((user) => user.secret))];
  const names = [...new Set(secrets)].sort();
  return pulumi
    .all(names.map((name) => pulumi.interpolate`${name} ${platform.secret(name).version}`))
    .apply((all) => all.join(", "));
}

const ADMIN = "adminPassword";

/**
 * The volume with all passwords. Unlike other secrets it is rewritten in place: a new one would mean a new container, and
 * so a gap, whenever a route asks for a password. HAProxy reads it when it is reloaded.
 */
export function edgeUsers(platform: Platform, backends: pulumi.Output<readonly Backend[]>, after: pulumi.Resource) {
  const host = platform.mainHost;
  const image = platform.images.resolve("haproxy", host);
  const volume = plainVolume({ platform: platform.name, service: "edge", host, parent: host }, "users");
  const admins = platform.secret(ADMIN).content.apply(adminUsers);
  const content = backends.apply((all) => {
    const lists = all
      .filter(({ users }) => users.length > 0)
      .map(({ name, users }) =>
        pulumi.all(users.map((user) => platform.secret(user.secret).content)).apply((passwords) =>
          renderUsers(
            userList(name),
            users.map((user, index) => ({ name: user.name, password: passwords[index] ?? "" })),
          ),
        ),
      );
    return pulumi.all([admins, ...lists]).apply((texts) => texts.join("\n"));
  });
  const written = onHost(
    "edge-users-written",
    host,
    ["files", dockerName(platform.name, "edge", "users"), image.ref, image.entry.user],
    {
      stdin: pulumi.secret(content.apply((text) => packTextFiles([{ path: USERS_FILE, content: text, mode: "0400" }]))),
    },
    // After what may reload the edge by itself: the file must not lose a list that the configuration in use still asks for.
    { parent: host, dependsOn: [volume, after, ...madeImage(image)] },
  );
  return { volume: volume.name, written };
}
