import { describeLock, isDead, type Lock } from "../../../cli/locks";

const lock: Lock = {
  file: "lock.json",
  pid: 42,
  username: "ada",
  hostname: "here",
  timestamp: new Date("2026-03-01T12:00:00Z"),
};
const earlier = new Date("2026-03-01T11:59:59Z");
const later = new Date("2026-03-01T12:00:30Z");

test.each<[string, Parameters<typeof isDead>[1], boolean]>([
  ["no such process", { sameHost: true }, true],
  ["the process that took it", { sameHost: true, process: { name: "pulumi", startedAt: earlier } }, false],
  ["another program under its id", { sameHost: true, process: { name: "bash", startedAt: earlier } }, true],
  ["a later pulumi under its id", { sameHost: true, process: { name: "pulumi", startedAt: later } }, true],
  ["another machine: nobody here can tell", { sameHost: false }, false],
])("%s", (_, holder, dead) => {
  expect(isDead(lock, holder)).toBe(dead);
});

test("who holds it, and for how long", () => {
  expect(describeLock(lock, new Date("2026-03-01T12:05:10Z"))).toBe("process 42 of ada on here, for 5 minutes");
  expect(describeLock(lock, later)).toMatch(/1 minute$|less than a minute$/);
});
