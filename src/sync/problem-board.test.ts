import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import type { Problem } from "../base/problem.ts";
import { ref } from "./fake-compilation.ts";
import { ProblemBoard } from "./problem-board.ts";

const problem = (name: string, code = "broken"): Problem => ({
  code,
  severity: "error",
  object: ref(name),
  message: "it is wrong",
});

function board() {
  const clock = new ManualClock(0);
  const problems = new ProblemBoard({ clock, mayPass: (p) => p.code === "dangling", patience: 2000 });
  const said: string[] = [];
  problems.listen(({ appeared, gone }) => {
    for (const p of appeared) said.push(`+${p.object.name}`);
    for (const p of gone) said.push(`-${p.object.name}`);
  });
  return { clock, problems, said };
}

test("a problem is said when it appears and when it is gone, and not in between", () => {
  const { problems, said } = board();
  problems.report("compiler", [problem("a")]);
  problems.report("compiler", [problem("a"), problem("b")]);
  problems.report("compiler", [problem("b")]);
  expect(said).toEqual(["+a", "+b", "-a"]);
  expect(problems.problems.map((p) => p.object.name)).toEqual(["b"]);
});

test("a problem that two report is one, and is gone when neither does", () => {
  const { problems, said } = board();
  problems.report("one", [problem("a")]);
  problems.report("two", [problem("a")]);
  problems.report("one", []);
  expect(said).toEqual(["+a"]);
  problems.report("two", []);
  expect(said).toEqual(["+a", "-a"]);
});

test("what dangles is said after it lasted", async () => {
  const { clock, problems, said } = board();
  problems.report("compiler", [problem("a", "dangling")]);
  await clock.advance(1000);
  problems.report("compiler", [problem("a", "dangling"), problem("b", "dangling")]);
  await clock.advance(999);
  expect(said).toEqual([]);
  await clock.advance(1);
  expect(said).toEqual(["+a"]);
  problems.report("compiler", [problem("a", "dangling")]);
  await clock.advance(60_000);
  expect(said).toEqual(["+a"]);
  expect(clock.pending).toBe(0);
});

test("what dangled again starts anew", async () => {
  const { clock, problems, said } = board();
  problems.report("compiler", [problem("a", "dangling")]);
  await clock.advance(1500);
  problems.report("compiler", []);
  problems.report("compiler", [problem("a", "dangling")]);
  await clock.advance(1500);
  expect(said).toEqual([]);
  problems.close();
  expect(clock.pending).toBe(0);
});
