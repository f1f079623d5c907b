import type { CatalogueEntry } from "../../../images/recipe";
import type { ServiceSpec } from "../../../components/core/spec";
import { http } from "../../../components/core/spec";
import { validateServices, type DeclaredService } from "../../../components/core/validate";

const image = (name: string): CatalogueEntry => ({
  upstream: { name, tag: "1", digest: null, digestSource: null },
  licence: "MIT",
  user: "1:1",
  entrypoint: [],
  command: [],
  shell: name !== "distroless",
  volumes: name === "database" ? ["/data"] : [],
  packages: { version: "1" },
});

const settings = { domain: "example.test", hosts: [{ name: "main" }], edge: { domains: [], tcpPorts: [] } };
const validate = (services: readonly DeclaredService[]) => validateServices(services, image, settings);

function service(name: string, spec: Partial<ServiceSpec> = {}): DeclaredService {
  const base: ServiceSpec = {
    description: name,
    image: name,
    health: { command: ["true"] },
    limits: { memory: "64MiB" },
  };
  return { name, kind: name, host: "main", spec: { ...base, ...spec } };
}

const web = (name: string) => http(name, { port: 80, health: "/", access: "admins" });

describe("services that don't fit together", () => {
  test("fitting ones have no problem", () => {
    expect(validate([service("a", { routes: [web("a")] }), service("b", { needs: ["a"] })])).toEqual([]);
  });

  test("every problem names the services, the value and the fix", () => {
    const problems = validate([
      service("a", { routes: [web("same")], publish: [{ host: 80, container: 80 }] }),
      service("b", { routes: [web("same")], publish: [{ host: 80, container: 8080 }], needs: ["nobody"] }),
      service("b"),
      service("c", { hardening: { because: " ", readOnlyRoot: false } }),
      service("d", {
        image: "distroless",
        liveConfig: { directory: "/x", files: {}, check: "true", reload: "true" },
        hostPaths: [{ host: "/", container: "/host" }],
      }),
      service("database"),
    ]);
    expect(problems).toEqual([
      'service name "b" is declared by b and b; rename one of them',
      'published port "80/tcp on host main" is declared by a and b; rename one of them',
      'b needs "nobody", which is no service here; there are: a, b, b, c, d, database',
      "c: hardening.because is empty; say why the exception is needed",
      "d: its image distroless has no shell, which a live configuration needs; use a variant with /bin/sh, or `files`",
      "d: it sees directories of the host; say why in hardening.because",
      "database: its image keeps data at /data; declare a volume (or tmpfs) there, or Docker makes a nameless one",
      'the route name "same" is claimed by a (route same) and b (route same); rename one of them',
    ]);
  });

  test("a cycle is told as the path that leads back", () => {
    const problems = validate([
      service("a", { needs: ["b"] }),
      service("b", { needs: ["c"] }),
      service("c", { needs: ["a"] }),
    ]);
    expect(problems).toEqual(["services wait for each other: a needs b needs c needs a; remove one of these needs"]);
  });
});
