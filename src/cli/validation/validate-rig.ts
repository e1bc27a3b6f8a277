import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, type Terminal } from "../command-rig.ts";

/** For tests: a folder of manifests, and `validate` on it. */
export class ValidateRig {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async begin(): Promise<ValidateRig> {
    return new ValidateRig(await mkdtemp(join(tmpdir(), "validate-")));
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.folder, name), text);
  }

  /** Files are told without the folder. */
  async run(argv: readonly string[], terminal?: Terminal) {
    const { code, out, err } = await runCommand(["validate", ...argv], terminal);
    return { code, out: out.replaceAll(`${this.folder}/`, ""), err };
  }

  /** Checks documents that stand in one file, `a.yaml`. */
  async check(text: string, argv: readonly string[] = [], terminal?: Terminal) {
    await this.write("a.yaml", text);
    return this.run(["-f", this.folder, ...argv], terminal);
  }

  /** What `check` writes, in lines. */
  async lines(text: string, argv: readonly string[] = []): Promise<readonly string[]> {
    return (await this.check(text, argv)).out.trimEnd().split("\n");
  }
}

/** A Service, and a separator. */
export const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
`;

/** An Ingress for that Service, with more of its metadata and with a path. */
export const ingress = (
  more = "",
  path = "{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}",
) =>
  `${SERVICE}apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
${more}spec:
  ingressClassName: kong
  rules:
  - host: a.com
    http:
      paths:
      - ${path}
`;

/** A KongPlugin with the rest of its fields. */
export const plugin = (rest: string, name = "limit") =>
  `apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: ${name}, namespace: shop}\n${rest}\n`;
