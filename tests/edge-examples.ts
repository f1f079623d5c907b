/** One route for each thing that a route can say. */
import { passthrough, tcp } from "../components/core/spec";
import { registered, stream } from "./edge";

export const everyOption = [
  registered("plain"),
  registered("admin", { access: "admins" }),
  registered("guests", { access: "users", users: [{ name: "guest", secret: "guestPassword" }] }),
  registered("api", { hosts: ["plain", "api.example.test"], path: "/v1.0/api", strip: true }),
  registered("kept", { hosts: ["plain"], path: "/kept" }),
  registered("apps", { hosts: ["*.apps", "*.special.apps.example.test"] }),
  registered("sticky", { sticky: true, tunnelTimeout: "4h", sendProxy: true }),
  registered("limited", { maxBody: "1MiB", rateLimit: { requests: 100, per: "10s" } }),
  registered("inside", { allow: ["10.0.0.0/8", "192.168.0.0/16", "fd00::/8"] }),
  registered("closed", { maintenance: true }),
  registered("moved", { redirect: "https://new.example.org" }),
  registered("moved-there", { redirect: "https://new.example.org/a%20b?c=d" }),
  registered("headers", { responseHeaders: { "X-Frame-Options": "DENY", "X-Odd": `50% of "$HOME" \\ #1` } }),
  registered("rolling", { sticky: true }, { rolling: true, replicas: 3 }),
];

export const everyStream = [
  stream(passthrough("vault", { port: 8200, hosts: ["vault", "*.vault"], sendProxy: true, allow: ["10.0.0.0/8"] })),
  stream(tcp("builder", { port: 22, listen: 2222, allow: ["10.0.0.0/8"], idleTimeout: "8h" })),
];
