#!/usr/bin/env node
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { systemClock } from "./base/clock.ts";
import { SecretValues } from "./base/redact.ts";
import type { Output } from "./cli/command.ts";
import { COMMANDS, STANDARD_COMMAND } from "./cli/commands.ts";
import { dispatch } from "./cli/dispatch.ts";
import { Termination } from "./cli/termination.ts";

/** The only file that touches the process. */

// What a controller makes is mostly kept. V8 would let the space for new objects grow to 64 MB as it starts and hold on to it; small, it costs no more time (10,000 Ingresses:
// 290 MB instead of 360, and shorter pauses).
setFlagsFromString("--semi-space-growth-factor=1");
// The router engine is WebAssembly of which a compiler would soon make the best code there can be, with 40 MB for its own work that the process then keeps. What is gained by that
// shows only after far more expressions than a start compiles (the most memory ever in use, with 10,000 Ingresses: 0.9 of what it was, with 500: 0.8; the first push no later).
setFlagsFromString("--wasm-tiering-budget=1000000000");

const secrets = new SecretValues();
const termination = new Termination(systemClock, (code) => process.exit(code));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => termination.received());

// A bug: nothing is known about the state any more. Node's own report could quote a secret.
process.on("uncaughtException", (error) => {
  process.stderr.write(`silverback: ${secrets.redact(error.stack ?? String(error))}\n`);
  process.exit(1);
});

// The reader of a pipe may leave early (`silverback translate … | head`); there is nobody to tell.
process.stdout.on("error", () => process.exit(1));
process.stderr.on("error", () => undefined);

const code = await dispatch(
  {
    argv: process.argv.slice(2),
    environment: process.env,
    stdin: process.stdin,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    clock: systemClock,
    random: Math.random,
    termination,
    secrets,
  },
  COMMANDS,
  STANDARD_COMMAND,
);
// What is still in a pipe must be out before the end.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));

function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    columns: stream.isTTY ? stream.columns : undefined,
  };
}
