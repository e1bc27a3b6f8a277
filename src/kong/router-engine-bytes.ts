import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The WebAssembly of Kong's router engine. A bundle puts its own module in the place of this one, with the bytes inside. */
export function routerEngineBytes(): Uint8Array<ArrayBuffer> {
  return readFileSync(createRequire(import.meta.url).resolve("@kong/atc-router/atc-router_bg.wasm"));
}
