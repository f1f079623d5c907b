import type { Platform } from "../components/core/platform";
import { Service, type ServiceOptions } from "../components/core/service";
import { http } from "../components/core/spec";

const PORT = 8080;

/** A page that says hello. */
export class Hello extends Service {
  constructor(platform: Platform, opts?: ServiceOptions) {
    super(
      platform,
      "hello",
      {
        description: "Says hello",
        image: "busybox",
        user: "65534:65534",
        command: ["busybox", "httpd", "-f", "-p", String(PORT), "-h", "/www"],
        init: true,
        files: [{ path: "/www/index.html", content: "<h1>Hello</h1>\n" }],
        routes: [http("hello", { port: PORT, health: "/", access: "service", title: "Hello" })],
        health: { http: { port: PORT, path: "/" } },
        limits: { memory: "32MiB" },
      },
      opts,
    );
  }
}
