import fc from "fast-check";
import { bytes, goDuration, mebibytes, seconds } from "../../../components/core/units";
import type { Duration, Size } from "../../../components/core/spec";

describe("units", () => {
  test.each([
    ["60s", "1m0s"],
    ["5s", "5s"],
    ["90s", "1m30s"],
    ["1h", "1h0m0s"],
    ["1d", "24h0m0s"],
  ] as [Duration, string][])("%s is %s in Go's canonical form", (given, canonical) => {
    expect(goDuration(given)).toBe(canonical);
  });

  test("a canonical duration is as long as it was", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 6 }), (n) => {
        const parts = /^(?:(\d+)h)?(?:(\d+)m)?(\d+)s$/.exec(goDuration(`${n}s`));
        const [h = 0, m = 0, s = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
        expect(h * 3600 + m * 60 + s).toBe(n);
      }),
    );
  });

  test("sizes are binary, and limits round up", () => {
    expect(bytes("2GiB")).toBe(2 ** 31);
    expect(mebibytes("1GiB")).toBe(1024);
    expect(mebibytes("1500KiB")).toBe(2);
    expect(seconds("2h")).toBe(7200);
  });

  test.each(["5", "5x", "-3s", "1.5h"])("%j is refused in words", (bad) => {
    expect(() => seconds(bad as Duration)).toThrow(/give a whole number and s, m, h or d/);
    expect(() => bytes(bad as Size)).toThrow(/give a whole number and KiB, MiB, GiB or TiB/);
  });
});
