const { local } = require("@pulumi/command");

// A shell with a child of its own: both have to go when the run is stopped.
new local.Command("hang", { create: `sleep 600 & echo $! > ${process.env.WORK}/pid; wait` });
