import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plugin, SERVICE, ValidateRig } from "./validate-rig.ts";

vi.setConfig({ testTimeout: 60_000 });

let rig: ValidateRig;
beforeEach(async () => {
  rig = await ValidateRig.begin();
});
afterEach(() => rig.end());

describe("forms", () => {
  const BAD = `${plugin("plugin: cors\nprotocol: [http]\nconfig: {max_age: x}")}---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n`;

  test("for programs: one list, every key in each item", async () => {
    const { code, out } = await rig.check(BAD, ["-o", "json"]);
    expect(code).toBe(1);
    const object = {
      group: "configuration.konghq.com",
      version: "v1",
      kind: "KongPlugin",
      namespace: "shop",
      name: "limit",
    };
    expect(JSON.parse(out)).toEqual([
      {
        file: "a.yaml",
        line: 5,
        column: 1,
        object,
        path: "protocol",
        severity: "warning",
        code: "field-unknown",
        message: expect.any(String),
      },
      {
        file: "a.yaml",
        line: 6,
        column: 10,
        object,
        path: "config.max_age",
        severity: "error",
        code: "kong-refuses",
        message: expect.any(String),
      },
      {
        file: null,
        line: null,
        column: null,
        object: { group: "", version: "v1", kind: "Pod", namespace: "", name: "" },
        path: null,
        severity: "info",
        code: "kind-not-read",
        message: expect.any(String),
      },
    ]);
    expect((await rig.check(BAD, ["-o", "yaml"])).out).toContain("code: kong-refuses\n");
    expect(JSON.parse((await rig.check(SERVICE, ["-o", "json"])).out)).toEqual([]);
    expect(JSON.parse((await rig.check("a: @", ["-o", "json"])).out)).toMatchObject([
      { file: "a.yaml", line: 1, column: 4, object: null, path: null, code: "document-malformed" },
    ]);
  });

  test("in colour on a terminal only, unless NO_COLOR is set", async () => {
    const code = "\u001b[";
    expect((await rig.check(BAD, [], { columns: 80 })).out).toContain(`${code}31merror:${code}0m KongPlugin`);
    expect((await rig.check(BAD)).out).not.toContain(code);
    expect((await rig.check(BAD, [], { columns: 80, environment: { NO_COLOR: "1" } })).out).not.toContain(code);
  });

  test("several files are sorted by name and line", async () => {
    await rig.write("b.yaml", plugin("plugin: cors\nu: 1\nv: 1", "b"));
    const found = await rig.lines(plugin("plugin: cors\nz: 1"));
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "a.yaml:5",
      "b.yaml:5",
      "b.yaml:6",
      "2 objects in 2 files",
    ]);
  });
});
