import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";

test.each(COMMANDS)(
  "$name can be loaded, and is told under its name",
  async ({ name, usage, load }) => {
    expect(await load()).toBeTypeOf("function");
    expect(usage.split(" ")[0]).toBe(name);
  },
  60_000,
);

test("each name is there once", () => expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length));
