import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";
import { ServerProcess } from "./server-process.ts";

/** A busy machine needs its time to start a process, ms. */
const START = 60_000;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A controller as people run it: a process of its own, its servers on free ports of 127.0.0.1. */
export class ControllerProcess {
  readonly #process: ServerProcess;
  readonly #directory: string;
  readonly #log: string;

  /** `program`: what is run instead of the sources, such as the bundle; from the root of the project. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, program = "src/main.ts") {
    this.#directory = mkdtempSync(join(tmpdir(), "silverback-controller-"));
    this.#log = join(this.#directory, "log");
    const standard = ["--health-probe-bind-address=127.0.0.1:0", "--metrics-bind-address=127.0.0.1:0"];
    const given = standard.filter((flag) => !args.some((arg) => arg.startsWith(flag.slice(0, flag.indexOf("=")))));
    const command = [join(root, program), "run", ...given, ...args];
    this.#process = new ServerProcess(join(root, "node_modules/.bin/node"), command, this.#log, env);
  }

  get running(): boolean {
    return this.#process.running;
  }

  /** Resolves with the exit code, or the signal's name. */
  get ended(): Promise<number | string> {
    return this.#process.ended;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** All that it wrote. */
  get log(): string {
    return readFileSync(this.#log, "utf8");
  }

  /** Its lines that hold this text. */
  lines(text: string): readonly string[] {
    return this.log.split("\n").filter((line) => line.includes(text));
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** The port of one of its servers, once it listens. */
  async port(purpose: "health" | "metrics" | "diagnostics" | "admission"): Promise<number> {
    const written = new RegExp(`[ "]${purpose}"?[=:](\\d+)`);
    const found = await eventually(() => written.exec(this.lines("Listening").join("\n"))?.[1], START);
    return Number(found);
  }

  /** Asks one of its servers. */
  async get(path: string, purpose: "health" | "metrics" | "diagnostics" = "health"): Promise<[number, string]> {
    const answer = await fetch(`http://127.0.0.1:${await this.port(purpose)}${path}`);
    return [answer.status, await answer.text()];
  }

  /** Waits until it says that it is ready. */
  async ready(limit?: number): Promise<void> {
    await eventually(async () => {
      if (!this.running) throw new Error(`the controller has ended:\n${this.log}`);
      const [status, body] = await this.get("/readyz");
      if (status !== 200) throw new Error(`${body}\n${this.log}`);
      return true;
    }, limit);
  }

  /** Ends it as Kubernetes does; resolves with the exit code. */
  async stop(): Promise<number | string> {
    this.signal("SIGTERM");
    return this.ended;
  }

  /** Ends it whatever it does, and removes its log. */
  async remove(): Promise<void> {
    await this.#process.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
