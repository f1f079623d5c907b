import * as pulumi from "@pulumi/pulumi";
import { givenSecret, readConfig } from "./components/core/config";
import { Platform } from "./components/core/platform";
import { edge } from "./stacks/edge";
import { monitoring } from "./stacks/monitoring";

const config = readConfig();
const platform = new Platform(pulumi.getStack(), config, givenSecret);

const haproxy = edge(platform);
monitoring(platform, config.monitoring, haproxy);

platform.seal();

/** Every service, for `npm run up`'s table. */
export const services = platform.summary();
/** Services that the configured image source can't give. */
export const leftOut = platform.leftOut.all;
/** Root certificate of the platform's own authority, to be trusted by browsers. */
export const caCertificate = haproxy.authority;
/** Password of the user `admin` at the edge. */
export const adminPassword = platform.secret("adminPassword").content;
