import type { ApiMetadata, ApiObject } from "./api-object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as a list or a watch gives it: list items carry no apiVersion and kind. */
export type ReceivedObject = Partial<ApiObject> & { readonly metadata: ApiMetadata };

/** Metadata that nobody here reads, and that is often most of an object. */
interface Unread {
  readonly managedFields?: unknown;
  readonly ownerReferences?: unknown;
  readonly finalizers?: unknown;
  readonly generateName?: unknown;
  readonly selfLink?: unknown;
}

/** The object without what nobody here reads (`managedFields`, the last-applied annotation and the like), with apiVersion and kind filled in. */
export function trimmed(object: ReceivedObject, apiVersion: string, kind: string): ApiObject {
  // Copied rather than deleted from: an object that something was deleted from takes several times the memory.
  const { managedFields, ownerReferences, finalizers, generateName, selfLink, ...metadata } =
    object.metadata as ApiMetadata & Unread;
  // One string each for all objects of the kind.
  return { ...object, apiVersion, kind, metadata: withoutLastApplied(metadata) };
}

function withoutLastApplied(metadata: ApiMetadata): ApiMetadata {
  if (metadata.annotations === undefined || !Object.hasOwn(metadata.annotations, LAST_APPLIED)) return metadata;
  const { annotations, ...others } = metadata;
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return Object.keys(rest).length > 0 ? { ...others, annotations: rest } : others;
}

/** Only what names an object and what labels select: for objects whose content is read on demand. */
export function metadataOnly(object: ReceivedObject, apiVersion: string, kind: string): ApiObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp, labels } = object.metadata;
  const metadata: ApiMetadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    ...(labels === undefined ? {} : { labels }),
  };
  return { apiVersion, kind, metadata };
}
