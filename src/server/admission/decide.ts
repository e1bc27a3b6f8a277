import { isJsonObject } from "../../base/json.ts";
import { admit } from "../../resources/check.ts";
import type { KubernetesObject } from "../../resources/kind.ts";
import { checks } from "./checks.ts";
import type { AdmissionContext } from "./context.ts";
import { at, type KindCheck, refuse } from "./kind-check.ts";
import { type AdmissionRequest, allow, type Verdict } from "./review.ts";

/** A resource that nobody here knows anything of. */
export class UnknownResource extends Error {}

const CHECKS = new Map<string, KindCheck>(
  checks.flatMap((check) =>
    check.kind.versions.map((version) => [nameOf(check.kind.group, version, check.kind.plural), check] as const),
  ),
);

function nameOf(group: string, version: string, resource: string): string {
  return `${group}/${version} ${resource}`;
}

/** Says whether a write may happen. Throws an UnknownResource for a resource that is not checked here. */
export async function decide(request: AdmissionRequest, context: AdmissionContext): Promise<Verdict> {
  const { group, version, resource } = request.resource;
  const check = CHECKS.get(nameOf(group, version, resource));
  if (check === undefined) {
    const named = `${resource} of ${group === "" ? "the core group" : group} ${version}`;
    throw new UnknownResource(
      `${named} are not checked here; take them out of the ValidatingWebhookConfiguration that sent them`,
    );
  }
  if (request.operation !== "CREATE" && request.operation !== "UPDATE") return allow();
  if (check.kind.namespaced && !context.watches(request.namespace)) return allow();
  // Whoever waits with a finalizer has to be able to let go of it.
  if (isBeingDeleted(request.object)) return allow();
  const admitted = admit(check.kind, placed(request.object, check, request.namespace));
  if (admitted.problems !== undefined) {
    const faults = admitted.problems.map(({ path, message }) => at(path, message));
    return refuse(rough(check, request), faults);
  }
  if (check.kind.kind === "Secret") context.remember(admitted.object);
  const former =
    request.former === undefined ? undefined : admit(check.kind, placed(request.former, check, request.namespace));
  return check.check({ object: admitted.object, former: former?.object }, context);
}

function isBeingDeleted(object: unknown): boolean {
  return isJsonObject(object) && isJsonObject(object["metadata"]) && "deletionTimestamp" in object["metadata"];
}

/** The object with what the request knows about it: which kind it is, and where. */
function placed(object: unknown, { kind }: KindCheck, namespace: string): unknown {
  if (!isJsonObject(object) || !isJsonObject(object["metadata"])) return object;
  const metadata = kind.namespaced ? { namespace, ...object["metadata"] } : object["metadata"];
  return { ...object, kind: kind.kind, metadata };
}

/** Stands for an object that has not the shape of its kind. */
function rough({ kind }: KindCheck, { resource, namespace, object }: AdmissionRequest): KubernetesObject {
  const metadata = isJsonObject(object) && isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const name = typeof metadata["name"] === "string" ? metadata["name"] : "";
  return {
    apiVersion: resource.group === "" ? resource.version : `${resource.group}/${resource.version}`,
    kind: kind.kind,
    metadata: { name, ...(kind.namespaced ? { namespace } : {}) },
  };
}
