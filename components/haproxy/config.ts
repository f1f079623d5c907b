/** The `edge` part of the stack's configuration. */
import { z } from "zod";
import { PORTS } from "./places";
import { signOnConfig } from "./sign-on-config";
import { tlsConfig } from "./tls-config";

const port = z.number().int().min(1).max(65535);
const own: readonly number[] = Object.values(PORTS);

export const hostname = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    "is not a domain; give for example example.org",
  );

export const edgeConfig = z
  .strictObject({
    httpPort: port.default(80),
    httpsPort: port.default(443),
    /** Address of the host on which the edge listens. */
    address: z.union([z.ipv4(), z.ipv6()]).default("0.0.0.0"),
    /** Domains besides the platform's own in which routes may have names. */
    domains: z.array(hostname).default([]),
    /**
     * Ports for TCP routes. They are published from the start, so that a new route is a reload; a change of the pool
     * itself recreates the edge.
     */
    tcpPorts: z
      .array(
        port.refine(
          (number) => !own.includes(number),
          `is a port that HAProxy itself uses inside its container; give any but ${own.join(", ")}`,
        ),
      )
      .default([]),
    /** Networks of load balancers in front that tell the client's address by the PROXY protocol; believed from nobody else. */
    proxyProtocolFrom: z
      .array(z.union([z.cidrv4(), z.cidrv6()], "is not a network; give for example 10.0.0.0/8"))
      .default([]),
    /** HTTP/3 on UDP beside HTTP/2. A change recreates the edge: it publishes one port more. */
    http3: z.boolean().default(false),
    /** Signing on in front of admin pages, in place of the admin password. */
    signOn: signOnConfig.optional(),
    tls: tlsConfig.prefault({ mode: "internal" }),
  })
  .superRefine((edge, context) => {
    const taken = [edge.httpPort, edge.httpsPort];
    edge.tcpPorts.forEach((number, index) => {
      const before = edge.tcpPorts.indexOf(number) < index;
      if (before || taken.includes(number)) {
        const message = before ? "is in the pool already; give each port once" : "is the edge's own HTTP or HTTPS port";
        context.addIssue({ code: "custom", path: ["tcpPorts", index], message });
      }
    });
  });
