/** The `edge.signOn` part of the stack's configuration: who may open admin pages, asked of an OpenID provider. */
import { z } from "zod";

export const signOnConfig = z.strictObject({
  /** The provider, as its discovery document calls it. */
  issuer: z
    .string()
    .regex(
      /^https?:\/\/[^\s/?#]+[^\s?#]*$/,
      "is not a URL; give the provider's issuer, for example https://id.example.org",
    ),
  clientId: z.string().min(1),
  /** Whoever is in one of them may enter. */
  groups: z.array(z.string().regex(/^[^\s,]+$/, "is not a group; give a name without spaces and commas")).min(1),
  /** Where the provider tells a person's groups. */
  groupsClaim: z.string().min(1).default("groups"),
  /** Certificate (PEM) of the authority that signed the provider's, where it isn't a public one. */
  caCertificate: z.string().includes("-----BEGIN CERTIFICATE-----", "is not a certificate in PEM").optional(),
});

export type SignOnConfig = z.output<typeof signOnConfig>;
