import { stringify } from "yaml";

/**
 * A value as YAML that Go programs read back unchanged: some of them still parse YAML 1.1, where a bare `no` is a
 * boolean and `12:30` a number, so whatever either version could misread is quoted.
 */
export function toYaml(value: unknown): string {
  return stringify(value, { schema: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
