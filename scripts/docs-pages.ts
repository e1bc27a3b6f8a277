import { flagsPage } from "../src/cli/flags/docs-page.ts";
import { crdFile, printCrd } from "../src/resources/crd/print.ts";
import { resourcesPage } from "../src/resources/crd/reference.ts";
import { CRD_KINDS } from "../src/resources/kinds.ts";
import { metricsPage } from "../src/server/metrics-page.ts";
import {
  metricsAccessManifest,
  namespacedRbacManifest,
  rbacManifest,
  watchedNamespaceManifest,
} from "./deploy/rbac.ts";
import { webhookManifest } from "./deploy/webhook.ts";

/** A page that is made from what the program knows of itself. */
export interface DocsPage {
  /** From the root of the project. */
  readonly file: string;
  /** The whole page, line break at its end included. */
  render(): string;
}

/** Every such page. A test fails when one of them is not what the code says. */
export const DOCS_PAGES: readonly DocsPage[] = [
  { file: "docs/flags.md", render: flagsPage },
  { file: "docs/resources.md", render: resourcesPage },
  { file: "docs/metrics.md", render: metricsPage },
  { file: "deploy/2-rbac.yaml", render: rbacManifest },
  { file: "deploy/namespaced/rbac.yaml", render: namespacedRbacManifest },
  { file: "deploy/namespaced/watched.yaml", render: watchedNamespaceManifest },
  { file: "deploy/metrics/metrics-access.yaml", render: metricsAccessManifest },
  { file: "deploy/webhook/webhook.yaml", render: webhookManifest },
  ...CRD_KINDS.map((kind) => ({ file: `crds/${crdFile(kind)}`, render: () => printCrd(kind) })),
];
