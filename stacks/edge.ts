import { HAProxy } from "../components/haproxy";
import type { Platform } from "../components/core/platform";

/** What stands between the network and every service. */
export function edge(platform: Platform): HAProxy {
  return new HAProxy(platform);
}
