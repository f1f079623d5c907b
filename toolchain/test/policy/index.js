const { PolicyPack, validateResourceOfType } = require("@pulumi/policy");
const { RandomString } = require("@pulumi/random");

new PolicyPack("toolchain-test", {
  policies: [
    {
      name: "short",
      description: "A string has at most ten characters.",
      enforcementLevel: "mandatory",
      validateResource: validateResourceOfType(RandomString, (text, args, report) => {
        if (text.length > 10) report(`${text.length} characters are too many`);
      }),
    },
  ],
});
