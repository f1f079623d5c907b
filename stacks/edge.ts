import { Acme } from "../components/acme";
import type { Platform } from "../components/core/platform";
import { HAProxy } from "../components/haproxy";
import { tlsSecrets } from "../components/haproxy/certificates";
import { SignOn, signOnSecret } from "../components/sign-on";

/** What stands between the network and every service. */
export function edge(platform: Platform): HAProxy {
  const { tls, signOn } = platform.config.edge;
  const secrets = tlsSecrets(tls, (name) => platform.secrets.given(name));
  const haproxy = new HAProxy(platform, secrets);
  if (tls.mode === "acme") new Acme(platform, { config: tls, secrets, certificates: haproxy.certificates });
  if (signOn) {
    new SignOn(platform, { config: signOn, clientSecret: signOnSecret((name) => platform.secrets.given(name)) });
  }
  return haproxy;
}
