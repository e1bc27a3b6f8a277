/** What the manifests in deploy/ call things. */
export const NAMESPACE = "kong";
export const NAME = "silverback";
export const WEBHOOK_SERVICE = "silverback-webhook";
export const INGRESS_CLASS = "kong";
