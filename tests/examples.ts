/** Declarations that several tests use. */
import type { RegisteredRoute } from "../components/core/registered";

export const exampleRoutes: readonly RegisteredRoute[] = [
  {
    service: "prometheus",
    host: "main",
    route: { kind: "http", name: "prometheus", port: 9090, health: "/-/ready", access: "admins" },
    backend: "prometheus:9090",
    url: "https://prometheus.example.test",
    rolling: false,
    replicas: 1,
  },
  {
    service: "chat",
    host: "main",
    route: { kind: "http", name: "chat", port: 8065, health: "/api/v4/system/ping", access: "service", title: "Chat" },
    backend: "chat:8065",
    url: "https://chat.example.test",
    rolling: false,
    replicas: 1,
  },
];
