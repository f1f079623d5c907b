/** @type {import("jest").Config} */
const common = {
  testEnvironment: "node",
  // index.ts is the program; index.cjs beside it only loads it for Pulumi.
  moduleFileExtensions: ["ts", "js", "mjs", "cjs", "json", "node"],
  transform: { "^.+\\.(ts|js|mjs)$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  // execa and what it stands on are published as ES modules only; jest runs CommonJS.
  transformIgnorePatterns: [
    "/node_modules/(?!(execa|is-.*|figures|get-stream|@sindresorhus|@sec-ant|human-signals|npm-run-path|path-key|unicorn-magic|parse-ms|pretty-ms|strip-final-newline|yoctocolors|signal-exit|nano-spawn)/)",
  ],
};

module.exports = {
  projects: ["unit", "rendered", "e2e"].map((tier) => ({
    ...common,
    displayName: tier,
    testTimeout: 120000,
    testMatch: [`<rootDir>/tests/${tier}/**/*.test.ts`],
  })),
};
