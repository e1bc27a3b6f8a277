import type { ServiceObject, ServicePort } from "../../resources/core/service.ts";

/** How a backend names a port of its Service. */
export type PortRef =
  | { readonly mode: "number"; readonly number: number }
  | { readonly mode: "name"; readonly name: string }
  | { readonly mode: "implicit" };

/** The port that a reference means. */
export interface ResolvedPort {
  readonly number: number;
  /** The name by which EndpointSlices know it; "" for none. */
  readonly name: string;
}

/** Finds a port (spec: ingress §11); a string says why there is none. An ExternalName Service accepts any number. */
export function resolvePort(service: ServiceObject, ref: PortRef): ResolvedPort | string {
  const ports: readonly ServicePort[] = service.spec?.ports ?? [];
  if (service.spec?.type === "ExternalName") {
    if (ref.mode !== "number") return "a Service of type ExternalName is addressed by port number only";
    return { number: ref.number, name: ports.find((port) => port.port === ref.number)?.name ?? "" };
  }
  if (ref.mode === "implicit") {
    const [only] = ports;
    if (ports.length !== 1 || only === undefined)
      return `it has ${ports.length} ports, so the backend has to say which one`;
    return { number: only.port, name: only.name ?? "" };
  }
  const found = ports.find((port) =>
    ref.mode === "number" ? port.port === ref.number : port.name === ref.name || port.targetPort === ref.name,
  );
  if (found === undefined)
    return `it has no port ${formatPort(ref)}${ports.length === 0 ? "" : `; it has ${listPorts(ports)}`}`;
  return { number: found.port, name: found.name ?? "" };
}

function listPorts(ports: readonly ServicePort[]): string {
  return ports
    .map((port) => (port.name === undefined || port.name === "" ? `${port.port}` : `${port.port} (${port.name})`))
    .join(", ");
}

/** The port as it stands in Kong's names: the number, else the name, else a fixed word. */
export function formatPort(ref: PortRef): string {
  return ref.mode === "number" ? String(ref.number) : ref.mode === "name" ? ref.name : "implicitPort";
}
