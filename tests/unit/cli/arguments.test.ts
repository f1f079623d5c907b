import { parseArguments } from "../../../cli/arguments";

test.each<[string[], object]>([
  [[], { stack: "dev", rest: [] }],
  [["--stack", "prod"], { stack: "prod", rest: [] }],
  [["--stack=prod", "--yes", "--refresh"], { stack: "prod", rest: ["--refresh"] }],
  [["-s", "prod", "--target", "a", "-y"], { stack: "prod", rest: ["--target", "a"] }],
])("%j", (args, expected) => {
  expect(parseArguments(args)).toMatchObject(expected);
});

test("--with-data names the stack, and is the confirmation", () => {
  expect(parseArguments(["--with-data", "dev"], ["withData"])).toMatchObject({ stack: "dev", withData: "dev" });
  expect(() => parseArguments(["--with-data"], ["withData"])).toThrow(/--with-data has no value/);
  expect(() => parseArguments(["--with-data", "--stack"], ["withData"])).toThrow(/--with-data has no value/);
  expect(() => parseArguments(["--stack", "a", "--with-data", "b"], ["withData"])).toThrow(/two stacks/);
});

test.each(["Prod", "a/b", "a--b", "../x", "-"])("%j is not a stack's name", (name) => {
  expect(() => parseArguments([`--stack=${name}`])).toThrow(/--stack/);
});
