import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReflectorRig } from "./reflector-rig.ts";

let rig: ReflectorRig;
beforeEach(async () => {
  rig = await ReflectorRig.start();
});
afterEach(() => rig.end());

describe("lists on demand", () => {
  test("a list is taken anew in the middle of a watch, and the watch goes on after it", async () => {
    rig.put("a");
    await rig.started();
    rig.put("b");
    await rig.equal();
    await rig.reflector.relist();
    expect(rig.lists).toHaveLength(2);
    expect(rig.sink.replaced).toBe(2);
    rig.put("c");
    await rig.equal();
    expect(rig.watches).toHaveLength(2);
    expect(rig.states.filter((state) => state.failure !== undefined)).toEqual([]);
  });

  test("whoever asks is answered at the end", async () => {
    await rig.started();
    const asked = rig.reflector.relist();
    await rig.reflector.stop();
    await asked;
    await rig.reflector.relist();
  });
});
