import { expect, test } from "vitest";
import { Pieces } from "./pieces.ts";

test("pieces are one text, also where one ends within a character", () => {
  const bytes = Buffer.from("naïve");
  const pieces = new Pieces([bytes.subarray(0, 3), bytes.subarray(3)]);
  expect(pieces.length).toBe(6);
  expect(String(pieces)).toBe("naïve");
  expect(String(Pieces.of("naïve"))).toBe("naïve");
  expect(new Pieces([])).toMatchObject({ length: 0 });
});
