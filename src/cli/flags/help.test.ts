import { describe, expect, test } from "vitest";
import { commandHelp, overviewHelp, wrap } from "./help.ts";

const run = { name: "run", summary: "Keeps gateways configured.", usage: "run [flags]" } as const;
const translate = {
  name: "translate",
  summary: "Prints a configuration.",
  usage: "translate -f FILE [flags]",
} as const;

describe("help of a command", () => {
  const page = commandHelp(run, 100);
  test("shows type, default and meaning of a flag", () =>
    expect(page).toContain(
      "  --kong-client-initial-delay duration (default 1s)\n      How long to wait after the first failed attempt.",
    ));
  test("shows a switch without type, and its default only when it is on", () => {
    expect(page).toMatch(/^ {2}--profiling$/m);
    expect(page).toMatch(/^ {2}--update-status \(default true\)$/m);
  });
  test("groups the flags", () => expect(page).toMatch(/^Kubernetes:$/m));
  test("says what has no effect, and what is still to come", () => {
    expect(page).toMatch(/--sync-period[^-]*No\s+effect:/);
    expect(page).toMatch(/--konnect-sync-enabled[^-]*Still to come\./);
  });
  test("leaves out hidden and deprecated flags and those of other commands", () => {
    expect(page).not.toMatch(/--force-leader-election (text|\n)/);
    expect(page).not.toMatch(/^ {2}--kong-admin-init-retries/m);
    expect(page).not.toContain("--preflight");
  });
  test("a command's own flags come first, with their letter", () => {
    expect(commandHelp(translate, 100)).toMatch(/^ {2}-f, --file path$/m);
    expect(commandHelp(translate, 100)).toMatch(/^ {2}--simulate-rejection Kind\/namespace\/name$/m);
  });
  test("a command without flags has none in its help", () =>
    expect(commandHelp({ name: "version", summary: "Prints it.", usage: "version" }, 80)).toBe(
      "Prints it.\n\nUsage: silverback version\n",
    ));
  test.each([40, 80, 120])("keeps to %i columns", (width) => {
    const tooLong = commandHelp(run, width)
      .split("\n")
      .filter((line) => line.length > width);
    expect(tooLong.filter((line) => line.trim().includes(" "))).toEqual([]);
  });
});

test("the overview names every command and the one that is meant without a name", () => {
  const page = overviewHelp([run, translate], "run", 60);
  expect(page).toContain("  run        Keeps gateways configured. (the default)");
  expect(page).toContain("  translate  Prints a configuration.");
});

test("lines break between words; a word that is too long stands alone", () => {
  expect(wrap("aa bb cccccccc d", 6, " ")).toEqual([" aa bb", " cccccccc", " d"]);
  expect(wrap("", 6, "")).toEqual([""]);
});
