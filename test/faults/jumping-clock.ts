// Loaded into a controller before anything else (`--import`): its wall clock can be set anew from outside, its monotonic one goes on. The file named by
// SILVERBACK_TEST_CLOCK holds by how many ms; it is read at the signal SIGUSR2, and that it was is written to the same name with `.read` at its end.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.env["SILVERBACK_TEST_CLOCK"] ?? "";
const RealDate = Date;
let ahead = 0;

globalThis.Date = class extends RealDate {
  constructor(...given: readonly unknown[]) {
    // Without arguments it is now.
    super(...((given.length === 0 ? [RealDate.now() + ahead] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + ahead;
  }
} as DateConstructor;

process.on("SIGUSR2", () => {
  const text = readFileSync(file, "utf8");
  ahead = Number(text);
  writeFileSync(`${file}.read`, text);
});
