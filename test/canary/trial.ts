import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import { issueCertificate, makeAuthority } from "../support/certificates.ts";
import { toObjects } from "../support/cluster-client.ts";
import { ControllerProcess } from "../support/controller.ts";
import { eventually } from "../support/eventually.ts";
import { Canaries } from "./canaries.ts";
import { type CanaryScene, canaryScene } from "./scene.ts";

export const INGRESS_CLASS = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong}
spec: {controller: ingress-controllers.konghq.com/kong}
`;
const DUMPS = ["successful", "failed", "raw-error", "fallback", "diff-report"];
export const DIAGNOSTICS = ["--dump-config", "--diagnostic-server-port=0"];

/** Gateways and controllers full of secrets; ended by `end`. */
export class CanaryTrial {
  readonly folder = mkdtempSync(join(tmpdir(), "silverback-canary-"));
  readonly manifests = join(this.folder, "manifests.yaml");
  readonly canaries = new Canaries();
  readonly scene: CanaryScene;
  /** How a gateway is spoken to, with secrets of every sort. */
  readonly access: readonly string[];
  readonly #closers: (() => Promise<unknown>)[] = [];

  constructor() {
    const { canaries, folder } = this;
    const authority = makeAuthority(folder);
    const issued = (name: string) => issueCertificate(folder, name, authority, { commonName: name, dnsNames: [name] });
    const pairs = { site: issued("site.test"), other: issued("other.test"), authority };
    this.scene = canaryScene(canaries, pairs, (yaml) => toObjects(yaml));
    const objects = this.scene.objects.map((object) => JSON.stringify(object));
    writeFileSync(this.manifests, [INGRESS_CLASS, ...objects, ...this.scene.broken].join("\n---\n"));
    const client = issued("client.test");
    this.access = [
      `--kong-admin-token=${canaries.long("admin-token")}`,
      `--kong-admin-header=x-admin:${canaries.long("admin-header")}`,
      `--kong-admin-tls-client-cert=${client.cert}`,
      `--kong-admin-tls-client-key=${canaries.pem("admin-client-key", client.key)}`,
    ];
  }

  /** One that refuses a plugin, with words that quote a Secret. */
  async preview(database: "off" | "memory" = "off"): Promise<Preview> {
    const gateway = await startPreview({ database });
    this.#closers.push(() => gateway.close());
    const { refused } = this.scene;
    const message = `value '${refused}' (${refused}) is none that I like`;
    gateway.faults.add({ kind: "reject", tags: ["k8s-name:quoted"], message });
    return gateway;
  }

  controller(gateway: Preview, ...args: readonly string[]): ControllerProcess {
    const url = new URL(gateway.adminUrl);
    url.username = "somebody";
    url.password = this.canaries.long("url-password");
    const made = new ControllerProcess(
      [`--kong-admin-url=${url.href}`, "--proxy-sync-seconds=0.1", "--log-level=trace", ...this.access, ...args],
      { POD_NAME: "silverback-0", POD_NAMESPACE: "kong" },
    );
    this.#closers.push(() => made.remove());
    return made;
  }

  /** Waits until the plugin that the gateway refuses has been left out. */
  async refusedIsSaid(one: ControllerProcess): Promise<void> {
    await eventually(() => one.lines("[rejected-by-gateway]").length > 0, 30_000);
  }

  /** All that a controller says when it is asked. */
  async answers(one: ControllerProcess): Promise<string> {
    const health = await Promise.all(["/healthz", "/readyz"].map((path) => one.get(path)));
    const dumps = await Promise.all(DUMPS.map((name) => one.get(`/debug/config/${name}`, "diagnostics")));
    return JSON.stringify([health, dumps, await one.get("/metrics", "metrics")]);
  }

  /** What was asked of a gateway, without bodies and headers: those are for it alone. */
  targets(gateway: Preview): string {
    return gateway.recording
      .requests()
      .map(({ target }) => target)
      .join("\n");
  }

  async end(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
