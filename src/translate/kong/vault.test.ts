import { describe, expect, it } from "vitest";
import { vaultId } from "../../kong/ids.ts";
import { compile } from "../testing/compile.ts";

function vault(name: string, spec: string, more = ""): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: ${name}, annotations: {kubernetes.io/ingress.class: kong}${more}}
spec: ${spec}
---
`;
}

const TAGS = (name: string) => [
  `k8s-name:${name}`,
  "k8s-kind:KongVault",
  "k8s-group:configuration.konghq.com",
  "k8s-version:v1alpha1",
];

describe("vaults", () => {
  it("take the fields that are not empty", async () => {
    const yaml =
      vault("full", "{backend: env, prefix: one, description: d, config: {prefix: K_}}") +
      vault("bare", "{backend: env, prefix: two, description: '', config: {}}");
    const { document, problems } = await compile(yaml, { settings: { fillIds: true } });
    expect(document["vaults"]).toEqual([
      { id: vaultId("two"), name: "env", prefix: "two", tags: TAGS("bare") },
      {
        id: vaultId("one"),
        name: "env",
        prefix: "one",
        description: "d",
        config: { prefix: "K_" },
        tags: TAGS("full"),
      },
    ]);
    expect(problems).toEqual([]);
  });

  it("have a prefix each: the oldest keeps it, even when it is left out", async () => {
    const yaml =
      vault("a", "{backend: env, prefix: mine}", ", creationTimestamp: '2026-01-02T00:00:00Z'") +
      vault("b", "{backend: env, prefix: mine}", ", creationTimestamp: '2026-01-01T00:00:00Z'");
    const { document, problems } = await compile(yaml);
    expect(document["vaults"]).toMatchObject([{ tags: TAGS("b") }]);
    expect(problems).toEqual([
      expect.stringMatching(/^error: KongVault a spec\.prefix: .*\[duplicate-vault-prefix\]$/),
    ]);
    const without = await compile(yaml, { excluded: ["KongVault//b"] });
    expect(without.document["vaults"]).toBeUndefined();
  });

  it("have an object for their configuration", async () => {
    const { document, problems } = await compile(vault("a", "{backend: env, prefix: mine, config: [1]}"));
    expect(document["vaults"]).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("spec.config")]);
  });

  it("of another class are not ours", async () => {
    const { document } = await compile(
      vault("a", "{backend: env, prefix: mine}").replace("class: kong", "class: other"),
    );
    expect(document["vaults"]).toBeUndefined();
  });
});
