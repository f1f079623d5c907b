import * as pulumi from "@pulumi/pulumi";
import { GivenSecrets, readConfig } from "./components/core/config";
import { Platform } from "./components/core/platform";
import { chat } from "./stacks/chat";
import { cms } from "./stacks/cms";
import { databases } from "./stacks/databases";
import { edge } from "./stacks/edge";
import { monitoring } from "./stacks/monitoring";

const config = readConfig();
const platform = new Platform(pulumi.getStack(), config, new GivenSecrets());

const haproxy = edge(platform);
const servers = databases(platform, config.databases);
const talk = chat(platform, config.chat, servers.postgres);
monitoring(platform, config.monitoring, haproxy, talk);
cms(platform, config.cms, servers);

platform.seal();

export = {
  /** Every service, for `npm run up`'s table. */
  services: platform.summary(),
  /** Services that the configured image source can't give. */
  leftOut: platform.leftOut.all,
  /** Root certificate of the platform's own authority, to be trusted by browsers. */
  caCertificate: haproxy.authority,
  /** First passwords, each under the name that its service gives as `passwordOutput`. */
  ...platform.passwords(),
};
