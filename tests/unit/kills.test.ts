/** The checker of the end-to-end tests finds what a server loses; here the servers are stand-ins in memory. */
import { killWhileWriting, type KillTarget } from "../e2e/data/kills";

/** A server that keeps the last `unsaved` acknowledged rows in memory only. */
function server(unsaved: number, spoil: (text: string) => string = (text) => text): KillTarget & { kills: number } {
  const saved = new Map<number, string>();
  let waiting: [number, string][] = [];
  let life = 0;
  const save = (keep: number) => {
    while (waiting.length > keep) {
      const [row, text] = waiting.shift() ?? [0, ""];
      saved.set(row, spoil(text));
    }
  };
  const target = {
    name: "stand-in",
    kills: 0,
    connect: () => {
      const mine = life;
      return Promise.resolve({
        write: async (row: number, text: string) => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (mine !== life) throw new Error("gone");
          waiting.push([row, text]);
          save(unsaved);
        },
        close: () => Promise.resolve(),
      });
    },
    rows: () => Promise.resolve(new Map([...saved, ...waiting])),
    kill: () => {
      target.kills += 1;
      life += 1;
      waiting = [];
      return Promise.resolve();
    },
  };
  return target;
}

test("a server that keeps what it acknowledges loses nothing", async () => {
  const target = server(0);
  const count = await killWhileWriting(target, { kills: 3, seed: 1 });
  expect(count).toMatchObject({ kills: 3, lost: [] });
  expect(target.kills).toBe(3);
  expect(count.acknowledged).toBeGreaterThan(30);
});

test("rows that were acknowledged too early are found", async () => {
  const { lost } = await killWhileWriting(server(5), { kills: 2, seed: 1 });
  expect(lost).toHaveLength(10);
});

test("rows that came back different are lost", async () => {
  const { lost, acknowledged } = await killWhileWriting(
    server(0, (text) => text.slice(1)),
    { kills: 1, seed: 1 },
  );
  expect(lost).toHaveLength(acknowledged);
});
