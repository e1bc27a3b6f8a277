import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import { issueCertificate, makeAuthority } from "../support/certificates.ts";
import { ControllerProcess } from "../support/controller.ts";
import { eventually } from "../support/eventually.ts";
import { Manifests, website } from "../support/manifests.ts";
import { type FaultCase, MOMENTS, type Moment } from "./fault-cases.ts";
import { ProcessClock } from "./process-clock.ts";

/** What came of one fault at one moment. */
export interface TrialResult {
  readonly fault: string;
  readonly moment: Moment;
  readonly gateways: number;
  /** From the end of the fault until every gateway held the right configuration, ms; undefined when that never came. */
  readonly recovery: number | undefined;
  /** What was not as it must be; empty when it passed. */
  readonly wrong: readonly string[];
  readonly sockets: number;
  readonly rssMb: number;
}

/** From one question what a gateway holds to the next, ms: the least that the flag takes. */
const STATUS_INTERVAL = 3000;
/** Within this, ms, all is right again. */
export const RECOVERY_LIMIT = 2 * STATUS_INTERVAL;
/** How long faults last that have an end, ms. */
const LASTS = 2500;
/** Gateways without a fault get a change while the fault lasts, which is as long as this is waited for at most, ms: the machine may be busy. */
const UNDISTURBED = 20_000;
/** A gateway has a connection for pushes and one for questions; the rest are the controller's own listeners, and asking it. */
const SOCKETS_PER_GATEWAY = 2;
const OWN_SOCKETS = 8;
/** The process may keep what its garbage collector has not looked at yet, MB. */
const GROWTH_MB = 80;

/** One controller and its gateways, of which the first has the fault: struck at start-up, then when nothing happens, then during a push. */
export async function runTrial(fault: FaultCase, count: number): Promise<readonly TrialResult[]> {
  const trial = await Trial.start(fault, count);
  try {
    const results: TrialResult[] = [];
    for (const moment of MOMENTS) results.push(await trial.run(moment));
    return results;
  } finally {
    await trial.close();
  }
}

class Trial {
  readonly #fault: FaultCase;
  readonly #gateways: readonly Preview[];
  readonly #manifests = new Manifests();
  readonly #directory: string;
  readonly #args: readonly string[];
  readonly #clock: ProcessClock;
  readonly #names: string[] = ["bad"];
  #controller: ControllerProcess | undefined;
  #rss: number | undefined;

  private constructor(fault: FaultCase, gateways: readonly Preview[], directory: string, args: readonly string[]) {
    this.#fault = fault;
    this.#gateways = gateways;
    this.#directory = directory;
    this.#args = args;
    this.#clock = new ProcessClock(directory);
    this.#manifests.write("bad.yaml", website("bad"));
  }

  static async start(fault: FaultCase, count: number): Promise<Trial> {
    const directory = mkdtempSync(join(tmpdir(), "silverback-faults-"));
    const args: string[] = [];
    let adminTls: { cert: string; key: string } | undefined;
    if (fault.tls === true) {
      const authority = makeAuthority(directory);
      const { cert, key } = issueCertificate(directory, "server", authority, {
        commonName: "x",
        addresses: ["127.0.0.1"],
      });
      adminTls = { cert, key };
      args.push(`--kong-admin-ca-cert-file=${authority.certPath}`);
    }
    const options = adminTls === undefined ? {} : { adminTls };
    const gateways = await Promise.all(Array.from({ length: count }, () => startPreview(options)));
    return new Trial(fault, gateways, directory, args);
  }

  get #struck(): Preview {
    return this.#gateways[0]!;
  }

  #strike(moment: Moment): Promise<void> {
    const jump = (ms: number) => this.#clock.jump(this.#controller!, ms);
    return this.#fault.strike({ gateway: this.#struck, moment, jump });
  }

  async run(moment: Moment): Promise<TrialResult> {
    const wrong: string[] = [];
    if (moment === "start-up") await this.#strikeAtStart();
    else await this.#strikeLater(moment, wrong);
    await this.#sayOthers(wrong);
    if (this.#fault.momentary !== true) await wait(LASTS);
    const recovery = await this.#recover();
    if (recovery === undefined) wrong.push(this.#whatIsHeld());
    else if (recovery > RECOVERY_LIMIT) wrong.push(`only right after ${recovery} ms`);
    if (this.#controller?.running !== true) {
      const sockets = 0;
      wrong.push("the process ended");
      return { fault: this.#fault.name, moment, gateways: this.#gateways.length, recovery, wrong, sockets, rssMb: 0 };
    }
    this.#sayTimes(wrong);
    await this.#goOn(wrong);
    const { sockets, rssMb } = await this.#resources(wrong);
    return { fault: this.#fault.name, moment, gateways: this.#gateways.length, recovery, wrong, sockets, rssMb };
  }

  async close(): Promise<void> {
    await this.#controller?.remove();
    await Promise.all(this.#gateways.map((gateway) => gateway.close()));
    this.#manifests.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A change of the objects: one more website. */
  #change(): void {
    const name = `site-${this.#names.length}`;
    this.#names.push(name);
    this.#manifests.write(`${name}.yaml`, website(name));
  }

  async #strikeAtStart(): Promise<void> {
    const { momentary } = this.#fault;
    if (momentary !== true) await this.#strike("start-up");
    const args = [
      `--manifests=${this.#manifests.path}`,
      ...this.#gateways.map(({ adminUrl }) => `--kong-admin-url=${adminUrl}`),
      `--gateway-discovery-readiness-check-interval=${STATUS_INTERVAL}ms`,
      "--gateway-discovery-readiness-check-timeout=1s",
      "--kong-client-initial-delay=100ms",
      "--kong-client-max-delay=1s",
      "--proxy-sync-seconds=0.2",
      "--proxy-timeout-seconds=2",
      ...this.#args,
    ];
    this.#controller = new ControllerProcess(args, this.#clock.environment);
    await this.#controller.port("health");
    if (momentary === true) await this.#strike("start-up");
  }

  async #strikeLater(moment: Moment, wrong: string[]): Promise<void> {
    if (moment === "idle") {
      await this.#strike(moment);
      // Long enough for two questions what the gateway holds; nothing is pushed meanwhile.
      if (this.#fault.momentary !== true) await wait(LASTS);
      return this.#fault.quiet === true ? undefined : this.#change();
    }
    if (this.#fault.answers === true) {
      await this.#strike(moment);
      return this.#change();
    }
    // The push is on the wire, and will never be answered, when the fault strikes.
    this.#struck.faults.add({ kind: "slow-headers", delay: 600_000, method: "POST", times: 1, before: true });
    this.#change();
    await eventually(() => this.#struck.faults.list().every(({ kind }) => kind !== "slow-headers")).catch(() => {
      wrong.push("no push began");
    });
    await this.#strike(moment);
  }

  /** The gateways without a fault get everybody's changes as if nothing were wrong; all but what a gateway refused, which is left out everywhere. */
  async #sayOthers(wrong: string[]): Promise<void> {
    const names = this.#names.filter((name) => name !== "bad" || this.#fault.mended !== true);
    await Promise.all(
      this.#gateways.slice(1).map((gateway, i) =>
        eventually(() => holds(gateway, names), UNDISTURBED).catch(() => {
          wrong.push(`gateway ${i + 2} was disturbed: it holds ${held(gateway).length} bytes`);
        }),
      ),
    );
  }

  /** Ends the fault; how long until all is right, ms. */
  async #recover(): Promise<number | undefined> {
    const ended = performance.now();
    this.#struck.faults.clear();
    if (this.#fault.mended === true)
      this.#manifests.write("bad.yaml", website("bad").replace("bad.example", `mended-${this.#names.length}.example`));
    const right = () => {
      const [first, ...others] = this.#gateways.map((gateway) => gateway.hash());
      return others.every((hash) => hash === first) && this.#gateways.every((gateway) => holds(gateway, this.#names));
    };
    try {
      await eventually(right, RECOVERY_LIMIT * 3);
      return Math.round(performance.now() - ended);
    } catch {
      return undefined;
    }
  }

  /** The clock shows where it was set to, and what is told of waits and lengths of time knows nothing of it. */
  #sayTimes(wrong: string[]): void {
    const { log } = this.#controller!;
    if (!this.#clock.isIn(log)) wrong.push("the wall clock of the controller is not where it was set to");
    const hours = /^.* \d+h\d+m.*$/m.exec(log);
    if (hours !== null) wrong.push(`nothing here lasts for hours: ${hours[0]}`);
  }

  /** The next change comes through as if nothing had been. */
  async #goOn(wrong: string[]): Promise<void> {
    this.#change();
    await eventually(() => this.#gateways.every((gateway) => holds(gateway, this.#names)), RECOVERY_LIMIT).catch(() => {
      wrong.push(`the next change did not come through: ${this.#whatIsHeld()}`);
    });
  }

  #whatIsHeld(): string {
    const sizes = this.#gateways.map((gateway) => this.#names.filter((name) => holds(gateway, [name])).length);
    return `of ${this.#names.length} websites the gateways hold ${sizes.join(", ")}`;
  }

  /** Sockets and memory must come back to where they were. */
  async #resources(wrong: string[]): Promise<{ readonly sockets: number; readonly rssMb: number }> {
    const { pid } = this.#controller!;
    const most = OWN_SOCKETS + SOCKETS_PER_GATEWAY * this.#gateways.length;
    await eventually(() => socketsOf(pid) <= most, 5000).catch(() => {
      wrong.push(`${socketsOf(pid)} sockets are open, at most ${most} are needed`);
    });
    const rssMb = rssOf(pid);
    this.#rss ??= rssMb;
    if (rssMb > this.#rss + GROWTH_MB) wrong.push(`memory grew from ${this.#rss} to ${rssMb} MB`);
    return { sockets: socketsOf(pid), rssMb };
  }
}

function held(gateway: Preview): string {
  return String(gateway.recording.body(gateway.hash()) ?? "");
}

function holds(gateway: Preview, names: readonly string[]): boolean {
  const text = held(gateway);
  return names.every((name) => text.includes(`"${name}.test"`));
}

function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      // It was closed between being listed and being read.
      return false;
    }
  }).length;
}

function rssOf(pid: number): number {
  const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(pages?.[1] ?? 0) / 1024);
}
