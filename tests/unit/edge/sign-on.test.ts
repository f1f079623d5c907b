import { parseConfig } from "../../../components/core/config";
import { signOnSecret } from "../../../components/sign-on";
import { run } from "../program";

const provider = { issuer: "https://id.example.org", clientId: "oneforall", groups: ["ops"] };
const config = (signOn: object) => ({ imageSource: "packages", edge: JSON.stringify({ signOn }) });

test("sign-on comes with its service, which reads its secrets from files", async () => {
  const resources = await run({ ...config(provider), signOnClientSecret: "very secret" }, false, [
    "signOnClientSecret",
  ]);
  const container = resources.find(({ name, type }) => name === "sign-on-1" && type.startsWith("docker:"));
  const command = (container?.props["command"] ?? []) as string[];
  expect(command).toContain("--oidc-issuer-url=https://id.example.org");
  expect(command).toContain("--client-secret-file=/run/secrets/client");
  const edge = String(resources.find(({ name }) => name === "haproxy-live-config")?.props["stdin"]);
  expect(edge).toContain("http-request lua.sign_on if !open");
  expect(edge).not.toContain("http_auth(admins)");
  const plain = resources.filter(({ name }) => name !== "sign-on-secrets-filled");
  expect(JSON.stringify(plain)).not.toContain("very secret");
});

test("without the client's secret nothing is made, and the message says how to give it", () => {
  expect(() => signOnSecret(() => undefined)).toThrow(
    /signOnClientSecret is missing; edge.signOn needs it: pulumi config/,
  );
});

test("every wrong setting is told at once", () => {
  const wrong = { issuer: "id.example.org", clientId: "", groups: ["a b"], caCertificate: "x" };
  expect(parseConfig(config(wrong)).problems).toEqual([
    'oneforall:edge.signOn.issuer: "id.example.org" is not a URL; give the provider\'s issuer, for example https://id.example.org',
    'oneforall:edge.signOn.clientId: "" is not 1 or more',
    'oneforall:edge.signOn.groups.0: "a b" is not a group; give a name without spaces and commas',
    'oneforall:edge.signOn.caCertificate: "x" is not a certificate in PEM',
  ]);
});
