import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { edgeModel, type EdgeModel } from "../../components/haproxy/model";
import { adminUsers, CERTIFICATE, edgeFiles } from "../../components/haproxy/render";
import { exampleRoutes } from "../examples";
import { image } from "../images";

const model = edgeModel(exampleRoutes, { domain: "example.test", httpsPort: 443 });

/** `haproxy -c -dW` of the very HAProxy that serves, over the edge's files. */
function check(files: Record<string, string>): { status: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), "haproxy-"));
  try {
    chmodSync(folder, 0o755);
    for (const [name, content] of Object.entries({ ...files, "users.cfg": adminUsers("pw") })) {
      writeFileSync(join(folder, name), content, { mode: 0o644 });
    }
    const script = [
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout /tmp/key -out /tmp/crt 2>/dev/null`,
      `cat /tmp/crt /tmp/key >${CERTIFICATE}`,
      "exec haproxy -c -dW -f /edge/haproxy.cfg -f /edge/users.cfg",
    ].join("\n");
    const certificates = `${dirname(CERTIFICATE)}:uid=99,gid=99`;
    const run = ["run", "--rm", "--network", "none", "-v", `${folder}:/edge:ro`, "--tmpfs", certificates];
    const { status, stdout, stderr } = spawnSync(
      "docker",
      [...run, "--entrypoint", "/bin/sh", image("haproxy"), "-euc", script],
      {
        encoding: "utf8",
      },
    );
    return { status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each<[string, EdgeModel]>([
  ["two services", model],
  ["no service at all", { ...model, backends: [] }],
])("HAProxy accepts the edge of %s without a warning", (_, edge) => {
  expect(check(edgeFiles(edge, "<html></html>\n"))).toMatchObject({ status: 0 });
});

test("HAProxy refuses a file that was cut off", () => {
  const files = edgeFiles(model, "x\n");
  const { status, said } = check({ ...files, "haproxy.cfg": files["haproxy.cfg"]!.trimEnd() });
  expect(status).toBe(1);
  expect(said).toContain("Missing LF on last line");
});
