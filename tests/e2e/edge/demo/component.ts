/** What a person adds to have a service of their own: this file, and one line in index.ts. */
import type { Platform } from "./core/platform";
import { Service } from "./core/service";
import { http } from "./core/spec";
import settings from "../demo.json";

export function demo(platform: Platform): void {
  for (const name of settings.services) {
    new Service(platform, name, {
      description: "A web application",
      image: "demo",
      files: [{ path: "/etc/demo/text", content: `${settings.text}\n` }],
      routes: [http(name, { port: 8080, health: "/health", access: "service" })],
      health: { http: { port: 8080, path: "/health" } },
      replicas: settings.replicas,
      limits: { memory: "96MiB" },
    });
  }
}
