import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import type { Writable } from "node:stream";

// A watcher reads the pipe that this process holds: when it closes without a word, this process is gone, and the watcher ends the program.
const SCRIPT = '( if read _; then exit; fi; kill -KILL $$ ) <&3 >/dev/null 2>&1 & exec "$@" 3<&-';

/** A program that a test runs beside itself: it is ended by its process id, and ends too when the test process dies in whatever way. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #log: string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  #running = true;

  /** Standard output and standard error are appended to the file `log`. */
  constructor(command: string, args: readonly string[], log: string, env?: Readonly<Record<string, string>>) {
    this.#log = log;
    const output = openSync(log, "a");
    this.#child = spawn("/bin/sh", ["-c", SCRIPT, "sh", command, ...args], {
      stdio: ["ignore", output, output, "pipe"],
      env: { ...process.env, ...env },
    });
    closeSync(output);
    const lifeline = this.#child.stdio[3] as Writable;
    // The watcher may be gone before it is told.
    lifeline.on("error", () => lifeline.destroy());
    this.ended = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.on("exit", (code, signal) => {
        this.#running = false;
        lifeline.end("ended\n");
        resolve(code ?? signal ?? "unknown");
      });
    });
  }

  get running(): boolean {
    return this.#running;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The last lines that it wrote. */
  tail(lines = 20): string {
    return readFileSync(this.#log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#running) this.#child.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    // A stopped process takes no SIGTERM.
    this.signal("SIGCONT");
    this.signal(signal);
    await this.ended;
  }
}
