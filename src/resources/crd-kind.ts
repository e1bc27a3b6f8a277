import type { Kind, KubernetesObject } from "./kind.ts";

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: "string" | "date" | "boolean";
  readonly jsonPath: string;
  /** 1: only with `-o wide`. */
  readonly priority?: number;
}

/** What a CustomResourceDefinition says beside the schema. */
export interface CrdDetails {
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly columns?: readonly PrinterColumn[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Whether `status` is a subresource. */
  readonly status: boolean;
  readonly deprecated?: boolean;
}

/** A kind whose CustomResourceDefinition is ours to print. */
export interface CrdKind<T extends KubernetesObject = KubernetesObject> extends Kind<T> {
  readonly crd: CrdDetails;
}

export const KONG_GROUP = "configuration.konghq.com";
export const INCUBATOR_GROUP = "incubator.ingress-controller.konghq.com";

/** The categories of nearly all kinds: `kubectl get kong`. */
export const KONG_CATEGORIES = ["kong-ingress-controller", "kong"] as const;
export const CONTROLLER_CATEGORY = ["kong-ingress-controller"] as const;

export const AGE: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };
export const PROGRAMMED: PrinterColumn = {
  name: "Programmed",
  type: "string",
  jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
};
