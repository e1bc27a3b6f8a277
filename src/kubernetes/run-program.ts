import { execFile } from "node:child_process";
import type { RunProgram } from "./exec-credential.ts";

/** Runs a program of the machine's; one that takes longer than a minute is ended. */
export const runProgram: RunProgram = (command, args, env) =>
  new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 8 * 1024 * 1024 };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === "string") reject(error);
      else resolve({ code: child.exitCode ?? undefined, stdout, stderr });
    });
    child.stdin?.end();
  });
