import { parseConfig } from "../../../components/core/config";

describe("stack configuration", () => {
  test("needs nothing: everything has a default", () => {
    const { config, problems } = parseConfig({});
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      domain: "oneforall.localhost",
      imageSource: "pull",
      edge: { httpPort: 80, httpsPort: 443, address: "0.0.0.0" },
      hosts: [{ name: "main", connection: "local" }],
      monitoring: { prometheus: { retentionDays: 30 } },
    });
  });

  test("tells everything that is wrong at once: key, value, and what is right", () => {
    const { config, problems } = parseConfig({
      domain: "Not A Domain",
      imageSource: "floppy",
      edge: '{"httpPort": 99999, "httpsPort": "x", "color": "red"}',
      monitoring: '{"prometheus": {"retentionDays": -3, "retentionSize": "big"}}',
      networkPool: "8.8.0.0/16",
      hosts: '[{"name": "A"}]',
      volumes: '{"x": "destroy"}',
      nonsense: "1",
    });
    expect(config).toBeUndefined();
    expect(problems.sort()).toEqual([
      'oneforall:domain: "Not A Domain" is not a domain; give for example example.org',
      "oneforall:edge.color is not a setting",
      "oneforall:edge.httpPort: 99999 is not 65535 or less",
      'oneforall:edge.httpsPort: "x" is not a number',
      'oneforall:hosts.0.name: "A" is not a name; give lower-case letters, digits and dashes',
      'oneforall:imageSource: "floppy" is not one of pull, mirror, bundle, packages',
      "oneforall:monitoring.prometheus.retentionDays: -3 is not a number of days; give 1 or more",
      'oneforall:monitoring.prometheus.retentionSize: "big" is not a size; give a whole number and KiB, MiB, GiB or TiB, for example 10GiB',
      'oneforall:networkPool: "8.8.0.0/16" is not a private /16; give for example 172.30.0.0/16',
      expect.stringMatching(/^oneforall:nonsense is not a setting; there are: domain, imageSource, /),
      'oneforall:volumes.x: "destroy" is not one of initialise, adopt',
    ]);
  });

  test("a mirror has a place", () => {
    expect(parseConfig({ imageSource: "mirror" }).problems).toEqual([
      "oneforall:mirror is missing; imageSource is mirror: give the registry that holds the images",
    ]);
    expect(parseConfig({ imageSource: "mirror", mirror: "registry.example.org:5000" }).problems).toEqual([]);
  });
});
