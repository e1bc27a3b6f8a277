import { expect, test } from "vitest";
import { flagNotices } from "./notices.ts";
import { defaultFlags } from "./parse.ts";
import type { FlagValues } from "./table.ts";

const notices = (changed: Partial<FlagValues>) => flagNotices(defaultFlags(changed));

test("nothing set, nothing said", () => expect(notices({})).toEqual([]));
test("flags that do what they say need no word", () =>
  expect(notices({ "log-level": "debug", kubeconfig: "x" })).toEqual([]));
test("a deprecated flag names what to use", () =>
  expect(notices({ "kong-admin-init-retries": 60 })).toEqual([
    "--kong-admin-init-retries is deprecated: use --kong-client-max-retries",
  ]));
test("a flag that does nothing says why", () =>
  expect(notices({ "sync-period": 1 })).toEqual([expect.stringMatching(/^--sync-period has no effect: .+/)]));
test("all that is still to come is one line, without values", () => {
  const [line, ...more] = notices({ "konnect-sync-enabled": true, "konnect-tls-client-key": "hunter2" });
  expect(line).toBe("Accepted, but without effect yet: --konnect-sync-enabled, --konnect-tls-client-key");
  expect(more).toEqual([]);
});
test("a flag set to its default asks for nothing", () =>
  expect(notices({ "konnect-sync-enabled": false, "anonymous-reports": true })).toEqual([]));
test("a Service makes the URLs meaningless", () =>
  expect(notices({ "kong-admin-svc": { namespace: "a", name: "b" }, "kong-admin-url": ["http://x"] })).toContain(
    "--kong-admin-url is ignored because --kong-admin-svc is set",
  ));
test("a gate whose part is still to come is named, unless it stays as it is", () =>
  expect(
    notices({
      "feature-gates": new Map([
        ["SanitizeKonnectConfigDumps", false],
        ["RewriteURIs", true],
      ]),
    }),
  ).toEqual(["Accepted, but without effect yet: the feature gate SanitizeKonnectConfigDumps"]));
test("a deprecated flag without effect is told once", () =>
  expect(notices({ "gateway-discovery-dns-strategy": "x" })).toEqual([
    "--gateway-discovery-dns-strategy is deprecated: it has no effect",
  ]));
