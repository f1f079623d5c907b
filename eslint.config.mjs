// What a reader may rely on in every file. The last parts are this project's own rules: each keeps one matter in one place.
import { defineConfig, globalIgnores } from "eslint/config";
import { builtinRules } from "eslint/use-at-your-own-risk";
import tseslint from "typescript-eslint";

const typescript = ["**/*.ts"];
const plain = ["**/*.mjs", "**/*.cjs", "**/*.js"];

// ESLint's own recommended set, as its rules say of themselves (the package that lists it would be one more to pin).
const recommended = Object.fromEntries(
  [...builtinRules].filter(([, rule]) => rule.meta.docs?.recommended).map(([name]) => [name, "error"]),
);

const nodeGlobals = Object.fromEntries(
  [
    "AbortController AbortSignal Buffer TextDecoder TextEncoder URL URLSearchParams clearInterval clearTimeout console fetch",
    "global performance process queueMicrotask setImmediate setInterval setTimeout structuredClone",
  ]
    .join(" ")
    .split(" ")
    .map((name) => [name, "readonly"]),
);
const commonjsGlobals = { require: "readonly", module: "writable", exports: "writable", __dirname: "readonly" };

/** Things of which there is one place each: what must not be written elsewhere, and the place. */
const PLACES = [
  {
    place: "components/core/exec.ts",
    selector: "NewExpression[callee.type='MemberExpression'][callee.object.object.name='command']",
    message: "Run things on a host through components/core/exec.ts (onHost, onDeployer).",
  },
  {
    place: "components/core/platform.ts",
    selector: "NewExpression[callee.object.name='command'][callee.property.name='Provider']",
    message: "Commands have one provider, made in components/core/platform.ts.",
  },
  {
    place: "components/core/config.ts",
    selector: "NewExpression[callee.property.name='Config'][callee.object.name='pulumi']",
    message: "Configuration is read, checked and typed in components/core/config.ts only.",
  },
  {
    place: "nowhere",
    selector: "Property[key.name='uploads']",
    message: "Files can't be uploaded into a container with a read-only root; declare `files` of the service.",
  },
];

/** The places' rules for a file, with those left out whose place it is. */
function places(file) {
  const rules = PLACES.filter(({ place }) => place !== file).map(({ selector, message }) => ({ selector, message }));
  return { "no-restricted-syntax": ["error", ...rules] };
}

export default defineConfig(
  globalIgnores(["**/node_modules/", "toolchain/go/", "coverage/", ".oneforall/", "**/__snapshots__/"]),
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      ...recommended,
      eqeqeq: "error",
      "no-implicit-coercion": ["error", { boolean: false }],
      "object-shorthand": "error",
      "prefer-const": "error",
      "no-var": "error",
    },
  },
  {
    files: plain,
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ["**/*.cjs", "**/*.js"],
    languageOptions: { sourceType: "commonjs", globals: commonjsGlobals },
  },
  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // TypeScript knows its names, and the environment's, better.
      "no-undef": "off",
    },
  },
  {
    // Here the engine's own shapes are read, which are any JSON: what they are is the question, not an assumption.
    files: ["components/core/policy.ts", "tests/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      // `import("…/index.ts" as string)`: the compiler must not resolve the program's entry.
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
    },
  },
  {
    // A program's part that the edge's test puts into a copy of the project: its imports lead somewhere only there.
    files: ["tests/e2e/edge/demo/**/*.ts"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  { files: typescript, rules: places() },
  ...PLACES.filter(({ place }) => place.endsWith(".ts")).map(({ place }) => ({ files: [place], rules: places(place) })),
  {
    files: ["**/*.test.ts", "**/*.test.mjs"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["describe", "it", "test"].flatMap((object) =>
          ["only", "skip", "todo"].map((property) => ({
            object,
            property,
            message: "A test that doesn't run proves nothing; run it or remove it.",
          })),
        ),
      ],
    },
  },
);
