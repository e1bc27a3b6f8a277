import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type TestObject, toObjects } from "./cluster-client.ts";

const file = fileURLToPath(new URL("../../deploy/webhook/webhook.yaml", import.meta.url));

/** The webhook configuration of deploy/, with a URL in the place of its Service: the API server of tests has no way into a cluster. */
export function webhookAt(url: string, ca: string): TestObject {
  const configuration = toObjects(readFileSync(file, "utf8")).find(
    ({ kind }) => kind === "ValidatingWebhookConfiguration",
  )!;
  const clientConfig = { url, caBundle: Buffer.from(ca).toString("base64") };
  const webhooks = configuration["webhooks"] as readonly object[];
  return { ...configuration, webhooks: webhooks.map((webhook) => ({ ...webhook, clientConfig })) };
}
