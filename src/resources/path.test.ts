import fc from "fast-check";
import { expect, it } from "vitest";
import { formatPath, parsePath } from "./path.ts";

it.each([
  [["spec", "rules", 0, "http", "paths", 1, "path"], "spec.rules[0].http.paths[1].path"],
  [["metadata", "annotations", "konghq.com/retries"], 'metadata.annotations["konghq.com/retries"]'],
  [["data", "tls.crt"], 'data["tls.crt"]'],
  [["a", "__proto__"], "a.__proto__"],
  [["a", ""], 'a[""]'],
  [[], ""],
] as const)("%j is written %s", (path, text) => {
  expect(formatPath(path)).toBe(text);
});

it("a path that was written is read back", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat())), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});

it("what is no path gives what it begins with", () => {
  expect(parsePath("spec.rules[x]")).toEqual(["spec", "rules"]);
});
