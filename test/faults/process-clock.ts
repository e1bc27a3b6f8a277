import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ControllerProcess } from "../support/controller.ts";
import { eventually } from "../support/eventually.ts";

const PRELOAD = fileURLToPath(new URL("jumping-clock.ts", import.meta.url));

/** The wall clock of a controller, to be set anew while it runs. */
export class ProcessClock {
  readonly #file: string;
  #ahead = 0;

  /** `directory`: where it keeps how far it was set. */
  constructor(directory: string) {
    this.#file = join(directory, "clock");
  }

  /** For the environment of the controller. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${PRELOAD}`, SILVERBACK_TEST_CLOCK: this.#file };
  }

  /** Resolves when the process has the other time, which its log proves from its next line on. */
  async jump(controller: ControllerProcess, ms: number): Promise<void> {
    this.#ahead += ms;
    const text = String(this.#ahead);
    writeFileSync(this.#file, text);
    controller.signal("SIGUSR2");
    const read = `${this.#file}.read`;
    await eventually(() => existsSync(read) && readFileSync(read, "utf8") === text);
  }

  /** Whether a line of the log has a time that this clock shows. */
  isIn(log: string): boolean {
    const times = [...log.matchAll(/^(\S+Z) /gm)].map(([, time]) => Date.parse(time!));
    return times.some((time) => Math.abs(time - (Date.now() + this.#ahead)) < 120_000);
  }
}
