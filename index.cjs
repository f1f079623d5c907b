"use strict";
// Pulumi's entry. It loads the program from the sources as they are now; tsx strips the types and keeps what it made in
// a cache, in place of Pulumi's own loader, which type-checks the program on every run (seconds; docs/architecture.md).
// Types are checked by `npm test`.
require("tsx/cjs");
module.exports = require("./index.ts");
