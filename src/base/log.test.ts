import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { createLog, type LogFormat, type LogLevel, messageOf } from "./log.ts";
import { SecretValues } from "./redact.ts";

function recording(level: LogLevel, format: LogFormat, secrets = new SecretValues()) {
  const lines: string[] = [];
  const log = createLog({
    level,
    format,
    sink: { write: (line) => void lines.push(line) },
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    redact: (text) => secrets.redact(text),
  });
  return { log, lines };
}

describe("JSON lines", () => {
  test("carry KIC's keys and the fields", () => {
    const { log, lines } = recording("info", "json");
    log.named("setup").info("Started", { port: 80, nested: { a: [1] } });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toEqual({
      level: "info",
      time: "2026-01-02T03:04:05.006Z",
      logger: "setup",
      msg: "Started",
      port: 80,
      nested: { a: [1] },
    });
  });
});

describe("text lines", () => {
  test("are for people", () => {
    const { log, lines } = recording("info", "text");
    log.named("setup").error("Went wrong", { cause: new Error("a", { cause: new Error("b") }), file: "/x.yaml" });
    expect(lines).toEqual(['2026-01-02T03:04:05.006Z error setup: Went wrong cause="a: b" file=/x.yaml\n']);
  });
});

test.each<readonly [LogLevel, readonly LogLevel[]]>([
  ["error", ["error"]],
  ["info", ["error", "info"]],
  ["debug", ["error", "info", "debug"]],
  ["trace", ["error", "info", "debug", "trace"]],
])("at level %s", (level, shown) => {
  const { log, lines } = recording(level, "json");
  for (const each of ["error", "info", "debug", "trace"] as const) log[each](each);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(shown);
});

test.each<LogFormat>(["text", "json"])("no known secret gets into a %s line", (format) => {
  const secret = 'hunter2-"quoted"\\';
  const secrets = new SecretValues();
  secrets.add(secret);
  const { log, lines } = recording("info", format, secrets);
  log.info(`message ${secret}`, {
    text: secret,
    error: new Error(`cause ${secret}`),
    deep: { list: [{ [secret]: `x${secret}x` }] },
    url: new URL(`http://host/${encodeURIComponent(secret)}`),
    body: JSON.stringify({ secret }),
  });
  expect(lines.join("")).not.toContain("hunter2");
  expect(lines.join("").match(/\[redacted\]/g)).toHaveLength(7);
});

describe("what an error says", () => {
  test("of the file system: words, without the name of the file, which whoever reads it says", async () => {
    const error = await readFile("/nowhere/it's, open 'here'").catch((cause: unknown) => cause);
    expect(messageOf(new Error("cannot read it", { cause: error }))).toBe("cannot read it: no such file or directory");
  });

  test("of connections: as it is", () => {
    const error = Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED", syscall: "connect" });
    expect(messageOf(error)).toBe("connect ECONNREFUSED ::1:1");
  });
});
