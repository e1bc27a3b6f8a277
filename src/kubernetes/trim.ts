import type { ApiMetadata, ApiObject } from "./api-object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as a list or a watch gives it: list items carry no apiVersion and kind. */
export type ReceivedObject = Partial<ApiObject> & { readonly metadata: ApiMetadata };

/**
 * The object without what nobody here reads and what is often most of it (`managedFields`, the last-applied annotation), with apiVersion and kind filled in.
 * Takes the object over: it changes the metadata it was given.
 */
export function trimmed(object: ReceivedObject, apiVersion: string, kind: string): ApiObject {
  const metadata = object.metadata as { -readonly [K in keyof ApiMetadata]: ApiMetadata[K] } & {
    managedFields?: unknown;
  };
  delete metadata.managedFields;
  const { annotations } = metadata;
  if (annotations !== undefined && Object.hasOwn(annotations, LAST_APPLIED)) {
    const { [LAST_APPLIED]: _, ...rest } = annotations;
    if (Object.keys(rest).length > 0) metadata.annotations = rest;
    else delete metadata.annotations;
  }
  // One string each for all objects of the kind.
  return { ...object, apiVersion, kind, metadata };
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
