/** A Drupal site's settings that several tests use. */
import type { DrupalSettings } from "../components/drupal/settings";

export const exampleSettings = (engine: "postgres" | "mysql"): DrupalSettings => ({
  database: {
    ...{ engine, network: engine, onHost: "main", host: engine, port: engine === "mysql" ? 3306 : 5432 },
    ...{ database: "cms", user: "cms", passwordFile: "/run/secrets/db", authorityFile: "/run/secrets/ca.crt" },
  },
  hashSaltFile: "/run/secrets/hash-salt",
  hosts: ["cms.example.test", "*.example.org"],
  edgeSubnet: "172.30.0.0/24",
  privateFiles: "/var/lib/drupal-private",
});
