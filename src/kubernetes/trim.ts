import type { ApiMetadata, ApiObject } from "./api-object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as a list or a watch gives it: list items carry no apiVersion and kind. */
export type ReceivedObject = Partial<ApiObject> & { readonly metadata: ApiMetadata };

/**
 * The object without what nobody here reads and what is often most of it (`managedFields`, the last-applied annotation), with apiVersion and kind filled in.
 * Takes the object over: it changes the metadata it was given.
 */
export function trimmed(object: ReceivedObject, apiVersion: string, kind: string): ApiObject {
  // It is the last field, so that taking it away leaves the engine's layout for the others.
  delete (object.metadata as { managedFields?: unknown }).managedFields;
  const metadata = withoutLastApplied(object.metadata);
  // One string each for all objects of the kind.
  return { ...object, apiVersion, kind, metadata };
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
