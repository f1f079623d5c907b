import { recordedConfigs } from "../../../cli/drift";

test("only live configurations of this machine are compared, by their recorded words and files", () => {
  const live = '"/var/lib/oneforall/x/lib/live" x-edge x-edge-config image /etc/edge check reload';
  const urn = (name: string) => `urn:pulumi:dev::oneforall::a$command:local:Command::${name}`;
  const resources = [
    {
      urn: urn("edge-live-config"),
      type: "command:local:Command",
      outputs: { create: live, stdin: "#file 0444 0 a\n" },
    },
    { urn: urn("edge-gate"), type: "command:local:Command", outputs: { create: '"/h/lib/gate" id', stdin: "" } },
    // A secret is an object in an exported state.
    { urn: urn("secret"), type: "command:local:Command", outputs: { create: live, stdin: { ciphertext: "v1:x" } } },
    { urn: urn("remote"), type: "command:remote:Command", outputs: { create: live, stdin: "" } },
  ];
  expect(recordedConfigs(resources)).toEqual([{ name: "edge-live-config", command: live, files: "#file 0444 0 a\n" }]);
});
