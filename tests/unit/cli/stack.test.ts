import { withoutOurSettings } from "../../../cli/remove";
import { planPassphrase } from "../../../cli/stack";

const none = { inEnvironment: false, fileExists: false, encrypted: [] };

test("a passphrase is generated only where there is nothing that another one opens", () => {
  expect(planPassphrase(none)).toBe("generate");
  expect(planPassphrase({ ...none, encrypted: ["the state of stack dev"] })).toBe("refuse");
  expect(planPassphrase({ ...none, encrypted: ["keep-dev.json"] })).toBe("refuse");
  expect(planPassphrase({ ...none, fileExists: true, encrypted: ["keep-dev.json"] })).toBe("use");
  expect(planPassphrase({ ...none, inEnvironment: true, encrypted: ["keep-dev.json"] })).toBe("use");
});

test("a stack's settings go when only we wrote them", () => {
  expect(withoutOurSettings("encryptionsalt: v1:x\nconfig:\n  oneforall:imageSource: packages\n")).toBeUndefined();
  expect(withoutOurSettings("encryptionsalt: v1:x\n")).toBeUndefined();
});

test("what a person wrote stays, comments too", () => {
  const text = "# ours\nconfig:\n  oneforall:domain: example.org # the shop\nencryptionsalt: v1:x\n";
  expect(withoutOurSettings(text)).toBe("# ours\nconfig:\n  oneforall:domain: example.org # the shop\n");
});
