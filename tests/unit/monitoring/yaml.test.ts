import fc from "fast-check";
import { parse } from "yaml";
import { toYaml } from "../../../components/monitoring/yaml";

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "no",
    "on",
    "Yes",
    "~",
    "null",
    "12:30",
    "0777",
    "1e3",
    "1_000",
    "- a",
    "a: b",
    "#",
    "!x",
    "&a",
    "*a",
    "%",
    "@",
    "`",
    "{{ $labels.host }}",
    "a\nb",
    " a",
    "a ",
    "'",
    '"',
    "\\",
    "=",
    "<<",
    "2026-11-21",
  ),
);

test.each(["1.1", "1.2"] as const)(
  "any string, as a value and as a key, is read back unchanged by YAML %s",
  (version) => {
    fc.assert(
      fc.property(
        fc.array(hostile),
        fc.dictionary(
          hostile.filter((key) => key !== "__proto__" && key !== "<<"),
          hostile,
        ),
        (list, map) => {
          expect(parse(toYaml({ list, map }), { version })).toEqual({ list, map: { ...map } });
        },
      ),
      { numRuns: 500 },
    );
  },
);
