import { cpus } from "node:os";
import type { CompilerInput } from "../src/translate/input.ts";
import { measureCompile } from "./compile.ts";

const SIZES = [1_000, 5_000, 10_000];

const input: CompilerInput = {
  settings: {
    ingressClass: "kong",
    controllerName: "konghq.com/kic-gateway-controller",
    clusterDomain: "",
    drainSupport: false,
    combinedServices: false,
    watchIngressClasses: true,
    gatewayToReconcile: undefined,
    fillIds: true,
    rewriteUris: false,
    serviceFacade: false,
    customEntities: true,
    preflight: true,
    assumeExisting: false,
  },
  profile: { flavor: "traditional_compatible", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
};

const only = process.argv.find((argument) => /^\d+$/.test(argument));
console.log(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}`);
console.log("applications  cold  ingress (worst)  endpoint (worst)  document  memory  longest stall  units/change");
for (const size of only === undefined ? SIZES : [Number(only)]) {
  const f = await measureCompile(size, input);
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  console.log(
    [
      String(f.applications).padStart(12),
      ms(f.coldMs),
      `${ms(f.ingressMs.median)} (${ms(f.ingressMs.worst)})`,
      `${ms(f.endpointMs.median)} (${ms(f.endpointMs.worst)})`,
      `${f.documentMb.toFixed(1)} MB`,
      `${f.rssMb.toFixed(0)} MB`,
      ms(f.stallMs),
      f.unitsPerChange.map((n) => n.toFixed(0)).join("/"),
    ].join("  "),
  );
}
