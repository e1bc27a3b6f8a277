import { describe, expect, it } from "vitest";
import type { ServiceObject } from "../../resources/core/service.ts";
import { formatPort, resolvePort } from "./port.ts";

const service = (spec: ServiceObject["spec"]): ServiceObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s", namespace: "n" },
  ...(spec === undefined ? {} : { spec }),
});
const two = service({
  ports: [
    { name: "http", port: 80, targetPort: "web" },
    { name: "admin", port: 81 },
  ],
});

describe("ports of a Service", () => {
  it("finds them by number, by name, and by the name of the target port", () => {
    expect(resolvePort(two, { mode: "number", number: 81 })).toEqual({ number: 81, name: "admin" });
    expect(resolvePort(two, { mode: "name", name: "http" })).toEqual({ number: 80, name: "http" });
    expect(resolvePort(two, { mode: "name", name: "web" })).toEqual({ number: 80, name: "http" });
  });

  it("says what there is instead", () => {
    expect(resolvePort(two, { mode: "number", number: 8 })).toBe("it has no port 8; it has 80 (http), 81 (admin)");
    expect(resolvePort(service(undefined), { mode: "name", name: "x" })).toBe("it has no port x");
  });

  it("takes the only port when none is named", () => {
    expect(resolvePort(service({ ports: [{ port: 7 }] }), { mode: "implicit" })).toEqual({ number: 7, name: "" });
    expect(resolvePort(two, { mode: "implicit" })).toMatch(/^it has 2 ports/);
  });

  it("takes any number of an ExternalName, and nothing but numbers", () => {
    const external = service({ type: "ExternalName", externalName: "a.example.org" });
    expect(resolvePort(external, { mode: "number", number: 9 })).toEqual({ number: 9, name: "" });
    expect(resolvePort(external, { mode: "name", name: "http" })).toMatch(/by port number only/);
    expect(resolvePort(external, { mode: "implicit" })).toMatch(/by port number only/);
  });

  it("writes them as they stand in names", () => {
    expect(
      [
        { mode: "number", number: 80 } as const,
        { mode: "name", name: "http" } as const,
        { mode: "implicit" } as const,
      ].map(formatPort),
    ).toEqual(["80", "http", "implicitPort"]);
  });
});
