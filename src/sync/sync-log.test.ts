import { expect, test } from "vitest";
import { createLog } from "../base/log.ts";
import { ManualClock } from "../base/manual-clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { Problem } from "../base/problem.ts";
import { ref } from "./fake-compilation.ts";
import { FakeGateway } from "./fake-gateway.ts";
import type { Payload, PushOutcome } from "./gateway.ts";
import { ProblemBoard } from "./problem-board.ts";
import { syncLog } from "./sync-log.ts";

const PAYLOAD: Payload = { bytes: Pieces.of("12345"), md5: "abc", entities: 2, sections: new Map() };

function rig() {
  const clock = new ManualClock(0);
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line.replace(/^\S+ /, "").trim()) };
  const log = createLog({ level: "info", format: "text", sink, now: () => 0 });
  const problems = new ProblemBoard({ clock, mayPass: () => false, patience: 0 });
  const placed = (problem: Problem): Problem => ({ ...problem, file: { name: "shop.yaml", line: 7, column: 1 } });
  const observer = syncLog(log, problems, placed);
  const gateway = new FakeGateway("a", clock, () => undefined);
  const pushed = (outcome: PushOutcome, fallback = false) =>
    observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 12.3, fallback });
  return { problems, observer, gateway, pushed, said: () => lines.splice(0) };
}

test("pushes are told with what they were", () => {
  const { pushed, said } = rig();
  pushed({ kind: "accepted", hash: "abc" });
  expect(said()).toEqual(["info  Pushed the configuration to a entities=2 bytes=5 ms=12 hash=abc"]);
  pushed({ kind: "accepted", hash: "abc" }, true);
  expect(said()[0]).toContain("Pushed the fallback configuration to a");
  pushed({ kind: "cancelled" });
  expect(said()).toEqual([]);
});

test("a push that keeps failing in the same way is told again the tenth time, the hundredth …", () => {
  const { pushed, said } = rig();
  for (let i = 1; i <= 1500; i++) pushed({ kind: "failed", cause: { message: "answered with 500" } });
  expect(said().map((line) => /500(.*) entities/.exec(line)?.[1])).toEqual([
    "",
    " (10 times in a row)",
    " (100 times in a row)",
    " (1000 times in a row)",
  ]);
});

test("a push that keeps failing in the same way is told once until it succeeds", () => {
  const { pushed, said } = rig();
  const failed: PushOutcome = { kind: "failed", cause: { message: "answered with 500", advice: "look there" } };
  pushed(failed);
  pushed(failed);
  expect(said()).toEqual([
    "error Could not push the configuration to a: answered with 500: look there entities=2 bytes=5 ms=12 hash=abc",
  ]);
  pushed({ kind: "failed", cause: { message: "reset" } });
  expect(said()).toHaveLength(1);
  pushed({ kind: "accepted", hash: "abc" });
  pushed(failed);
  expect(said()).toHaveLength(2);
});

test("a gateway that was emptied, and one that somebody changed", () => {
  const { observer, gateway, said } = rig();
  observer.drifted?.(gateway, "0".repeat(32));
  observer.drifted?.(gateway, "b".repeat(32));
  expect(said().map((line) => line.replace(/ hash=.*/, ""))).toEqual([
    "info  a holds no configuration any more; it is pushed again",
    "info  a holds another configuration than it took; ours is pushed again",
  ]);
});

test("problems come with their place; too many are counted", () => {
  const { problems, said } = rig();
  const problem = (name: string): Problem => ({ code: "broken", severity: "error", object: ref(name), message: "no" });
  problems.report("x", [problem("web")]);
  expect(said()).toEqual(["error shop.yaml:7: error: Service shop/web: no [broken]"]);
  problems.report(
    "x",
    Array.from({ length: 200 }, (_, i) => problem(`n${i}`)),
  );
  const many = said();
  expect(many).toHaveLength(51);
  expect(many.at(-1)).toBe("error and 150 more problems");
});
