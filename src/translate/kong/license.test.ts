import { describe, expect, it } from "vitest";
import { licenseId } from "../../kong/ids.ts";
import { type CompileOptions, compile } from "../testing/compile.ts";

function license(name: string, time: string, more = ""): string {
  return `
apiVersion: configuration.konghq.com/v1alpha1
kind: KongLicense
metadata: {name: ${name}${time === "" ? "" : `, creationTimestamp: '${time}'`}}
rawLicenseString: '{"of":"${name}"}'
${more}
---
`;
}

const EE: CompileOptions = { profile: { enterprise: true } };
const chosen = async (yaml: string, options = EE) =>
  ((await compile(yaml, options)).document["licenses"] ?? []).map(({ payload }) => payload);

describe("licences", () => {
  it("are sent as they are", async () => {
    const { document } = await compile(license("a", ""), EE);
    expect(document["licenses"]).toEqual([{ id: licenseId("a"), payload: '{"of":"a"}' }]);
  });

  it("give way to newer ones, then to those first by name; disabled ones do not count", async () => {
    const all =
      license("none", "") +
      license("old", "2024-01-01T00:00:00Z") +
      license("tie-b", "2026-01-01T00:00:00Z") +
      license("tie-a", "2026-01-01T00:00:00Z") +
      license("off", "2026-02-01T00:00:00Z", "enabled: false");
    expect(await chosen(all)).toEqual(['{"of":"tie-a"}']);
    expect(await chosen(license("none", "") + license("old", "2024-01-01T00:00:00Z"))).toEqual(['{"of":"old"}']);
  });

  it("are for an enterprise Kong only", async () => {
    expect(await chosen(license("a", ""), {})).toEqual([]);
    const { problems } = await compile(license("a", "") + license("off", "", "enabled: false"));
    expect(problems).toEqual([expect.stringMatching(/^warning: KongLicense a.*\[license-unused\]$/)]);
    // A cluster whose gateways have not answered yet.
    const guessed = await compile(license("a", ""), { settings: { assumeExisting: false } });
    expect(guessed.problems).toEqual([]);
  });
});
