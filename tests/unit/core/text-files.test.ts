import fc from "fast-check";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentHash, packTextFiles, type TextFile } from "../../../components/core/text-files";

const AWK = join(__dirname, "../../../components/core/host-scripts/unpack.awk");

function unpack(text: string): string {
  const root = mkdtempSync(join(tmpdir(), "unpack-"));
  execFileSync("awk", ["-v", `root=${root}`, "-f", AWK], { input: text, stdio: ["pipe", "pipe", "pipe"] });
  return root;
}

describe("text files", () => {
  test("read as what they are in a preview", () => {
    const text = packTextFiles([
      { path: "b.yml", content: "two\nlines\n" },
      { path: "a/secret", content: "no line feed", mode: "0400" },
      { path: "empty", content: "" },
    ]);
    expect(text).toBe("#bare 0400 1 a/secret\nno line feed\n#file 0444 2 b.yml\ntwo\nlines\n#file 0444 0 empty\n");
  });

  const path = fc
    .array(fc.stringMatching(/^[A-Za-z0-9_@+-]{1,8}$/), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("/"));
  // Text as services have it: any printable characters, quotes and lines that look like our own headers among them.
  const line = fc.oneof(
    fc.constantFrom("#file 0444 1 x", "#bare 0444 1 x", "'\"\\`$(id)", "%s %d", ""),
    fc.string({ unit: fc.constantFrom(..."abcäöü ;$'\"\\&|<>%{}") }),
  );
  const content = fc.tuple(fc.array(line), fc.boolean()).map(([all, end]) => all.join("\n") + (end ? "\n" : ""));

  test("come out of awk on the host as they went in, to the byte", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(path, content), { selector: ([p]) => p, maxLength: 4 }), (entries) => {
        // A path can't be a file and a folder at once.
        const files: TextFile[] = entries
          .filter(([p]) => !entries.some(([other]) => other !== p && other.startsWith(`${p}/`)))
          .map(([p, c]) => ({ path: p, content: c }));
        const root = unpack(packTextFiles(files));
        try {
          for (const file of files) {
            expect(readFileSync(join(root, file.path), "utf8")).toBe(file.content);
            expect(statSync(join(root, file.path)).mode & 0o777).toBe(0o444);
          }
        } finally {
          rmSync(root, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("cut off on the way they are refused", () => {
    const whole = packTextFiles([{ path: "a", content: "one\ntwo\nthree\n" }]);
    expect(() => unpack(whole.slice(0, whole.indexOf("three")))).toThrow(/ended in the middle of/);
  });

  test.each(["/etc/passwd", "../x", "a/../b", "a b", "x'y", ""])("the path %j is refused", (bad) => {
    expect(() => packTextFiles([{ path: bad, content: "" }])).toThrow(/is not a relative path/);
  });

  test("a content's name depends on nothing but the content", () => {
    expect(contentHash("x")).toBe("2d711642b726");
  });
});
