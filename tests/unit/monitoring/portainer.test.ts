import { declaredBy } from "../../declared";

test("Portainer is given its administrator by file and its endpoint by flag, and nothing to anybody who asks first", async () => {
  const { declared, resources } = await declaredBy(
    { imageSource: "pull" },
    () => import("../../../index.ts" as string),
  );
  const spec = declared.find(({ kind }) => kind === "portainer")?.spec;
  const flags = spec?.command ?? [];
  const file = flags.find((flag) => flag.startsWith("--admin-password-file="))?.split("=")[1];
  expect(spec?.secrets?.map(({ name }) => `/run/secrets/${name}`)).toEqual([file]);
  const socket = flags.find((flag) => flag.startsWith("--host=unix://"))?.slice("--host=unix://".length);
  expect(spec?.hostPaths?.map(({ container }) => container)).toEqual([socket]);
  expect(spec?.environment).toBeUndefined();
  const container = resources.find(({ type, name }) => type.endsWith(":Container") && name === "portainer");
  expect(container?.props["ports"]).toEqual([]);
}, 30_000);
