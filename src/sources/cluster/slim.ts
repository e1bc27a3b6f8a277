import { Interner } from "../../base/interner.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ApiObject } from "../../kubernetes/api-object.ts";
import { SERVICE_NAME_LABEL } from "../../resources/core/endpoint-slice.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The kinds that a cluster has most objects of, and of which only a part is read. */
const SLIM: Readonly<Record<string, (object: Fields, interner: Interner) => Fields>> = {
  Service: slimService,
  EndpointSlice: slimSlice,
  Ingress: slimIngress,
};

/**
 * What makes objects of a kind smaller before they are kept: fields that nobody here reads go, and small values that many objects have in common are held once.
 * What has another shape than its kind stays as it is: whoever admits objects has something to say about it. Undefined for kinds that are kept whole.
 */
export function slimmer(kind: string): ((object: ApiObject) => ApiObject) | undefined {
  const slim = SLIM[kind];
  if (slim === undefined) return undefined;
  const interner = new Interner();
  return (object) => slim(object as unknown as Fields, interner) as unknown as ApiObject;
}

// Objects of one kind are made by one literal, absent fields as undefined: they share their layout, and take the least memory.

function slimService({ apiVersion, kind, metadata, spec, status }: Fields, interner: Interner): Fields {
  return {
    apiVersion,
    kind,
    metadata: withoutLabels(metadata),
    spec: isJsonObject(spec) ? slimServiceSpec(spec, interner) : spec,
    status: interner.one(status),
  };
}

function slimServiceSpec({ type, externalName, ports, clusterIP, clusterIPs }: Fields, interner: Interner): Fields {
  // One address is the one that stands in clusterIP.
  const single = Array.isArray(clusterIPs) && clusterIPs.length === 1 && clusterIPs[0] === clusterIP;
  const kept = { type, clusterIP, ports: interner.one(mapped(ports, slimPort)) };
  return single && externalName === undefined ? kept : { ...kept, externalName, clusterIPs };
}

function slimPort({ name, protocol, port, targetPort }: Fields): Fields {
  return { name, protocol, port, targetPort };
}

function slimSlice({ apiVersion, kind, metadata, addressType, ports, endpoints }: Fields, interner: Interner): Fields {
  return {
    apiVersion,
    kind,
    metadata: isJsonObject(metadata) ? sliceMetadata(metadata) : metadata,
    addressType,
    ports: interner.one(mapped(ports, slimPort)),
    endpoints: mapped(endpoints, ({ addresses, conditions }) => ({
      // All of them are the same Pod, and the first is the one to use.
      addresses: Array.isArray(addresses) && addresses.length > 1 ? [addresses[0]] : addresses,
      conditions: interner.one(conditions),
    })),
  };
}

/** Slices are found by their Service, and nobody asks for anything else of them. */
function sliceMetadata({ name, namespace, resourceVersion, labels }: Fields): Fields {
  const service = isJsonObject(labels) ? labels[SERVICE_NAME_LABEL] : undefined;
  const kept = service === undefined ? undefined : { [SERVICE_NAME_LABEL]: service };
  return { name, namespace, resourceVersion, labels: kept };
}

function slimIngress({ apiVersion, kind, metadata, spec, status }: Fields, interner: Interner): Fields {
  return { apiVersion, kind, metadata: withoutLabels(metadata), spec, status: interner.one(status) };
}

function withoutLabels(metadata: unknown): unknown {
  if (!isJsonObject(metadata)) return metadata;
  const { labels: _, ...rest } = metadata;
  return rest;
}

function mapped(list: unknown, slim: (item: Fields) => Fields): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => (isJsonObject(item) ? slim(item) : item)) : list;
}
