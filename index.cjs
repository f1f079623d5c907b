"use strict";
// Pulumi's entry. It loads the program from the sources as they are now; tsx strips the types and keeps what it made in
// a cache, in place of Pulumi's own loader, which type-checks the program on every run (seconds; docs/architecture.md).
// Types are checked by `npm test`.
require("tsx/cjs");

// Before it prints an uncaught error, the SDK has util.inspect walk through it, and from there through every resource of
// the program: most of a minute, for text that it throws away (tried; @pulumi/pulumi 3.259, cmd/run).
Error.prototype[Symbol.for("nodejs.util.inspect.custom")] = function () {
  return this.stack ?? String(this);
};

module.exports = require("./index.ts");
