/** @type {import("jest").Config} */
const common = {
  testEnvironment: "node",
  // index.ts is the program; index.cjs beside it only loads it for Pulumi.
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  transform: { "^.+\\.(ts|js|mjs)$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
};

module.exports = {
  // Real programs in containers, on two cores.
  testTimeout: 120000,
  projects: ["unit", "rendered", "e2e"].map((tier) => ({
    ...common,
    displayName: tier,
    testMatch: [`<rootDir>/tests/${tier}/**/*.test.ts`],
  })),
};
