import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The root of the project, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

export interface ToolResult {
  /** The exit code; 1 for a tool that a signal ended. */
  readonly code: number;
  /** Standard output and standard error as they came; "" where they were shown instead. */
  readonly output: string;
}

/** Runs a program of node_modules/.bin, or a script, on the Node that runs this. `show`: its output goes to the terminal as it comes. */
export function runTool(
  file: string,
  args: readonly string[],
  options: { readonly show?: boolean; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", options.show ? "inherit" : "pipe", options.show ? "inherit" : "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}
