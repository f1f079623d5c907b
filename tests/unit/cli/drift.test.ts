import { recordedRuns } from "../../../cli/drift";

test("only runs on this machine are made again, by their recorded words and stdin", () => {
  const certificate = '"/h/lib/certificate" authority volume image 1:1 server.pem x-pg reload';
  const live = '"/var/lib/oneforall/x/lib/live" x-edge x-edge-config image /etc/edge check reload';
  const urn = (name: string) => `urn:pulumi:dev::oneforall::a$command:local:Command::${name}`;
  const resources = [
    {
      urn: urn("edge-live-config"),
      type: "command:local:Command",
      outputs: { create: live, stdin: "#file 0444 0 a\n" },
    },
    { urn: urn("edge-gate"), type: "command:local:Command", outputs: { create: '"/h/lib/gate" id', stdin: "" } },
    { urn: urn("pg"), type: "command:local:Command", outputs: { create: certificate, stdin: "postgres\n" } },
    // A secret is an object in an exported state.
    { urn: urn("secret"), type: "command:local:Command", outputs: { create: live, stdin: { ciphertext: "v1:x" } } },
    { urn: urn("remote"), type: "command:remote:Command", outputs: { create: live, stdin: "" } },
  ];
  expect(recordedRuns("live", resources)).toEqual([
    { name: "edge-live-config", command: live, stdin: "#file 0444 0 a\n" },
  ]);
  expect(recordedRuns("certificate", resources)).toEqual([{ name: "pg", command: certificate, stdin: "postgres\n" }]);
});
