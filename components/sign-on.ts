import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "./core/errors";
import type { Platform } from "./core/platform";
import type { Secret } from "./core/secrets";
import { Service } from "./core/service";
import { http, scrape } from "./core/spec";
import type { SignOnConfig } from "./haproxy/sign-on-config";
import { SIGN_ON } from "./haproxy/sign-on";

export interface SignOnArgs {
  readonly config: SignOnConfig;
  /** What the provider gave with the client's id. */
  readonly clientSecret: Secret;
}

const CA = "/etc/oauth2-proxy/ca.crt";

/** oauth2-proxy: people sign on once, at an OpenID provider, and the edge asks it who they are (haproxy/sign-on.ts). */
export class SignOn extends Service {
  constructor(platform: Platform, { config, clientSecret }: SignOnArgs, opts?: pulumi.ComponentResourceOptions) {
    const cookie = platform.secret("signOnCookieSecret");
    super(
      platform,
      SIGN_ON.name,
      {
        description: "Signs people on for the admin pages",
        image: "oauth2-proxy",
        command: signOnCommand(config, platform.config.domain, platform.config.edge.httpsPort),
        files: config.caCertificate ? [{ path: CA, content: config.caCertificate }] : [],
        secrets: [
          { name: "client", ...clientSecret },
          // It knows no file for this one but its configuration.
          { name: "cookie.cfg", content: cookie.content.apply(cookieConfig), version: cookie.version },
        ],
        routes: [http(SIGN_ON.name, { port: SIGN_ON.port, health: "/ping", access: "service", title: "Sign-on" })],
        health: { http: { port: SIGN_ON.port, path: "/ping" } },
        metrics: [scrape(SIGN_ON.metricsPort)],
        limits: { memory: "64MiB" },
      },
      opts,
    );
  }
}

/** The config secret without which nobody could sign on; refused before anything is made. */
export function signOnSecret(given: (key: string) => Secret | undefined): Secret {
  const secret = given("signOnClientSecret");
  if (secret) return secret;
  return refuse("Nobody could sign on", [
    "oneforall:signOnClientSecret is missing; edge.signOn needs it: pulumi config set --secret oneforall:signOnClientSecret <FILE",
  ]);
}

export function cookieConfig(secret: string): string {
  return `cookie_secret = ${JSON.stringify(secret)}\n`;
}

/** Arguments of oauth2-proxy. Pure. */
export function signOnCommand(config: SignOnConfig, domain: string, httpsPort: number): string[] {
  const port = httpsPort === 443 ? "" : `:${httpsPort}`;
  return [
    "--config=/run/secrets/cookie.cfg",
    "--client-secret-file=/run/secrets/client",
    "--provider=oidc",
    `--oidc-issuer-url=${config.issuer}`,
    `--client-id=${config.clientId}`,
    "--code-challenge-method=S256",
    "--scope=openid email groups",
    `--oidc-groups-claim=${config.groupsClaim}`,
    ...(config.caCertificate ? [`--provider-ca-file=${CA}`] : []),
    // Who may enter is asked for with each request; whoever the provider knows has a session.
    "--email-domain=*",
    `--redirect-url=https://${SIGN_ON.name}.${domain}${port}/oauth2/callback`,
    `--cookie-name=${SIGN_ON.cookie}`,
    `--cookie-domain=.${domain}`,
    "--cookie-secure",
    "--cookie-samesite=lax",
    // Not refreshed: what it sets in answer to the edge's question reaches nobody.
    "--cookie-expire=8h",
    "--cookie-refresh=0s",
    `--whitelist-domain=${domain}${port}`,
    `--whitelist-domain=.${domain}${port}`,
    "--reverse-proxy",
    "--set-xauthrequest",
    "--skip-provider-button",
    "--upstream=static://202",
    `--http-address=0.0.0.0:${SIGN_ON.port}`,
    `--metrics-address=0.0.0.0:${SIGN_ON.metricsPort}`,
    // The edge has the access log.
    "--request-logging=false",
    "--silence-ping-logging",
  ];
}
