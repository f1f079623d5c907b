// An OpenID provider for tests, in a process of its own: `node openid-provider.mjs <address> <callback>`. It prints its
// issuer and runs until its stdin ends. Whoever logs in under a name exists; alice is in the group ops, nobody else is.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [address, callback] = process.argv.slice(2);
const server = createServer();
await new Promise((resolve) => server.listen(0, address, resolve));
const issuer = `http://${address}:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "edge", client_secret: "client secret of the test", redirect_uris: [callback] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
  // oauth2-proxy reads the id token.
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@example.test`,
      email_verified: true,
      groups: id === "alice" ? ["staff", "ops"] : ["staff"],
    }),
  }),
});
server.on("request", provider.callback());
process.stdin.on("end", () => process.exit()).resume();
process.stdout.write(`${issuer}\n`);
