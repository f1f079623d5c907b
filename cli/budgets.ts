/** Minutes that each part of `npm test` may take on a cold machine with two cores. Over it, CI fails. */
export const BUDGETS: Readonly<Record<string, number>> = {
  "toolchain and images": 18,
  check: 2,
  unit: 2,
  toolchain: 3,
  rendered: 9,
  main: 5,
  edge: 6,
  data: 6,
  backup: 5,
  paas: 6,
  openwisp: 4,
  hosts: 4,
  release: 2,
  trust: 2,
};

/** The parts of the platform that have end-to-end tests: tests/e2e/<area>.test.ts. */
export const AREAS = ["main", "edge", "data", "backup", "paas", "openwisp", "hosts", "release", "trust"] as const;
