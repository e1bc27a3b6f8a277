import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseYaml } from "../../base/yaml.ts";
import { CRD_KINDS } from "../kinds.ts";
import { crdOf } from "./definition.ts";
import { crdFile, printCrds } from "./print.ts";
import { resourcesPage } from "./reference.ts";

const crds = CRD_KINDS.map(crdOf);

describe("the CRDs", () => {
  it("mean the same in YAML 1.1 and 1.2", () => {
    const text = printCrds();
    expect(parseYaml(text).map((document) => ("value" in document ? document.value : document))).toEqual(crds);
    expect(parseAllDocuments(text).map((document) => document.toJS() as unknown)).toEqual(crds);
  });

  it("stand in files of their own", () => {
    expect(new Set(CRD_KINDS.map(crdFile)).size).toBe(CRD_KINDS.length);
  });

  it("describe every field, in words that people can read", () => {
    const bare: string[] = [];
    const visit = (schema: Readonly<Record<string, unknown>>, path: string) => {
      for (const [name, of] of Object.entries(
        (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>,
      )) {
        const here = `${path}.${name}`;
        if (name !== "metadata" && !/[a-z].*\.$/.test(String(of["description"] ?? ""))) bare.push(here);
        visit(of, here);
        visit((of["items"] ?? {}) as Record<string, unknown>, `${here}[]`);
      }
    };
    for (const kind of CRD_KINDS) {
      const [version] = (
        crdOf(kind)["spec"] as {
          readonly versions: readonly [{ readonly schema: { readonly openAPIV3Schema: object } }];
        }
      ).versions;
      visit(version.schema.openAPIV3Schema as Readonly<Record<string, unknown>>, kind.kind);
    }
    expect(bare).toEqual([]);
  });
});

describe("the reference page", () => {
  const page = resourcesPage();

  it("has a section for each kind and a row for each field", () => {
    for (const kind of CRD_KINDS) expect(page).toContain(`\n## ${kind.kind}\n`);
    expect(page).toContain("| `spec.rules[].backend.serviceName`* | string |");
    expect(page).toContain("| `spec.healthchecks.active.headers.<name>[]` | map to lists of strings |");
    expect(page).toContain('Default: `"/"`.');
    expect(page).toContain("- `spec.controlPlaneRef`: 'konnectID' type is not supported");
    expect(page).toContain("| `lastTransitionTime`* | string |");
  });

  it("has tables that no cell breaks", () => {
    for (const row of page.split("\n").filter((line) => line.startsWith("|"))) {
      expect([row, row.replaceAll("\\|", "").split("|").length]).toEqual([row, 5]);
    }
  });
});
