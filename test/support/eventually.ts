import { setTimeout as wait } from "node:timers/promises";
import { environmentFaults } from "./api-server-faults.ts";

/** With an API server that is away every now and then everything takes longer. */
const PATIENCE = environmentFaults() === undefined ? 1 : 4;

/** Asks again every few milliseconds until `check` gives something other than undefined or false, without throwing; fails with its last error after `limit` ms. For real servers only: their time cannot be moved by hand. */
export async function eventually<T>(check: () => T | Promise<T>, limit = 20_000): Promise<NonNullable<T>> {
  const end = Date.now() + limit * PATIENCE;
  for (;;) {
    let failure: unknown = new Error(`not so within ${limit} ms: ${check.toString().slice(0, 200)}`);
    try {
      const value = await check();
      if (value !== undefined && value !== null && value !== false) return value;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) throw failure;
    await wait(20);
  }
}
