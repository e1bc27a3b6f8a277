import { expect, test } from "vitest";
import { bundledPlugins } from "../kong/schema/plugins/table.ts";
import type { Profile } from "../translate/input.ts";
import { profileKey } from "./configurations.ts";

const profile: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};
const standard = [...bundledPlugins.keys()];

test("profiles are told by what makes a difference, in words", () => {
  expect(profileKey(profile)).toBe("traditional_compatible 3.9.1");
  expect(profileKey({ ...profile, flavor: "expressions", enterprise: true, workspace: "w", dbless: false })).toBe(
    "expressions 3.9.1 enterprise database workspace w",
  );
});

test("a gateway with the plugins that Kong comes with is one of which they are not known", () => {
  expect(profileKey({ ...profile, plugins: standard })).toBe(profileKey(profile));
});

test("plugins beyond those, and ones that are switched off, make a profile of their own", () => {
  const plugins = [...standard.filter((name) => name !== "acme"), "paint"];
  expect(profileKey({ ...profile, plugins })).toBe("traditional_compatible 3.9.1 with paint without acme");
});

test("many of them are told by their number, and still apart", () => {
  const names = (prefix: string) => [...standard, ...Array.from({ length: 9 }, (_, i) => `${prefix}-${i}`)];
  const key = profileKey({ ...profile, plugins: names("a") });
  expect(key).toMatch(/ with 9 plugins \([0-9a-f]{8}\)$/);
  expect(profileKey({ ...profile, plugins: names("b") })).not.toBe(key);
});
