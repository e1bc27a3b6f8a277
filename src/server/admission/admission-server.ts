import { createSecureContext } from "node:tls";
import type { Hono } from "hono";
import type { Clock } from "../../base/clock.ts";
import { type Log, messageOf } from "../../base/log.ts";
import { type Certificate, type ListenAddress, type Listening, listen } from "../listen.ts";

/** A text that is given, or the file that holds it. */
export type PemSource = { readonly text: string } | { readonly file: string };

export interface AdmissionServerOptions {
  readonly app: Hono;
  readonly address: ListenAddress;
  readonly certificate: PemSource;
  readonly key: PemSource;
  readonly readText: (path: string) => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** From one look at the files to the next, ms. Whoever renews a certificate does so days before it runs out. */
const LOOK_INTERVAL = 5000;
/** The same until there is a certificate at all: it may be mounted a moment after the start. */
const FIRST_INTERVAL = 1000;
const FLAG = "admission-webhook-listen";

/** The webhook's HTTPS server. It listens as soon as it has a certificate, and shows the newest one that works. */
export class AdmissionServer {
  readonly #options: AdmissionServerOptions;
  #listening: Listening | undefined;
  #shown: Certificate | undefined;
  /** What is wrong with the files, as it was found last and as it was said. */
  #found = "";
  #said = "";
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: AdmissionServerOptions) {
    this.#options = options;
  }

  /** Resolves with the port, or undefined while the certificate is waited for. Rejects when the port cannot be had, or when texts that were given are no certificate. */
  async start(): Promise<number | undefined> {
    const { certificate, key } = this.#options;
    const found = await this.#read();
    if ("fault" in found) {
      if (!("file" in certificate) && !("file" in key)) throw new Error(found.fault);
      this.#say(found.fault);
    } else await this.#use(found);
    if ("file" in certificate || "file" in key) this.#schedule();
    return this.#listening?.port;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#listening?.close();
  }

  #schedule(): void {
    if (this.#closed) return;
    const interval = this.#listening === undefined ? FIRST_INTERVAL : LOOK_INTERVAL;
    this.#cancel = this.#options.clock.after(interval, () => {
      void this.#look().finally(() => this.#schedule());
    });
  }

  async #look(): Promise<void> {
    const found = await this.#read();
    if (this.#closed) return;
    if ("fault" in found) {
      // The two files are not written at one moment: only what lasts is said.
      if (found.fault === this.#found) this.#say(found.fault);
      this.#found = found.fault;
      return;
    }
    this.#found = "";
    this.#said = "";
    if (found.cert === this.#shown?.cert && found.key === this.#shown.key) return;
    try {
      await this.#use(found);
    } catch (error) {
      this.#say(messageOf(error));
    }
  }

  async #use(found: Certificate): Promise<void> {
    const { app, address, log } = this.#options;
    if (this.#listening !== undefined) {
      this.#listening.show(found);
      log.info("The admission webhook shows a new certificate");
    } else {
      this.#listening = await listen(app, address, "admission", FLAG, found);
      if (this.#closed) return this.#listening.close();
      log.info("Listening", { admission: this.#listening.port });
    }
    this.#shown = found;
  }

  #say(fault: string): void {
    if (fault === this.#said) return;
    this.#said = fault;
    const { log } = this.#options;
    // It may well be that nobody wants a webhook, and has the flag from a manifest.
    if (this.#listening === undefined)
      log.info(`The admission webhook listens as soon as there is a certificate that works: ${fault}`);
    else
      log.error(`The admission webhook keeps the certificate it has, since there is none newer that works: ${fault}`);
  }

  async #read(): Promise<Certificate | { readonly fault: string }> {
    const { certificate, key } = this.#options;
    const cert = await this.#text(certificate, "--admission-webhook-cert");
    if (typeof cert !== "string") return cert;
    const secret = await this.#text(key, "--admission-webhook-key");
    if (typeof secret !== "string") return secret;
    return faultOf(cert, secret) ?? { cert, key: secret };
  }

  async #text(source: PemSource, flag: string): Promise<string | { readonly fault: string }> {
    if ("text" in source) return source.text;
    try {
      return await this.#options.readText(source.file);
    } catch (error) {
      return { fault: `cannot read ${source.file} (${flag}-file): ${messageOf(error)}` };
    }
  }
}

/** OpenSSL's words say nothing that helps, and might quote the key: they are left out. */
function faultOf(cert: string, key: string): { readonly fault: string } | undefined {
  try {
    createSecureContext({ cert, key });
    // Without a block of PEM OpenSSL is content with nothing.
    if (cert.includes("-----BEGIN ") && key.includes("-----BEGIN ")) return undefined;
  } catch {
    // Said below.
  }
  return {
    fault:
      "--admission-webhook-cert and --admission-webhook-key (or what is in their files) are no certificate and its key in PEM form",
  };
}
