import { expect, it } from "vitest";
import type { KubernetesObject } from "../resources/kind.ts";
import { AdmittingSink } from "./admitting-sink.ts";
import type { ObjectSink } from "./sink.ts";

function service(name: string, spec: unknown): KubernetesObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "shop" }, spec } as KubernetesObject;
}

function rig() {
  const calls: string[] = [];
  const names = (objects: readonly KubernetesObject[]) => objects.map((object) => object.metadata.name).join(",");
  const sink: ObjectSink = {
    set: (object) => void calls.push(`set ${JSON.stringify(object)}`),
    setUnloaded: (object) => void calls.push(`unloaded ${object.metadata.name}`),
    delete: (kind, namespace, name) => void calls.push(`delete ${kind}/${namespace}/${name}`),
    replace: (kind, objects) => void calls.push(`replace ${kind} ${names(objects)}`),
  };
  let changes = 0;
  const admitting = new AdmittingSink(sink, () => void changes++);
  return { admitting, calls, changes: () => changes };
}

it("passes on what has the right type, and takes out nulls that mean nothing", () => {
  const { admitting, calls, changes } = rig();
  admitting.set(service("a", null));
  admitting.setUnloaded(service("b", {}));
  admitting.delete("Service", "shop", "a");
  expect(calls).toEqual([
    'set {"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"shop"}}',
    "unloaded b",
    "delete Service/shop/a",
  ]);
  expect(changes()).toBe(0);
});

it("takes an object of a wrong type for deleted, and says why until it is put right or gone", () => {
  const { admitting, calls, changes } = rig();
  admitting.set(service("a", { ports: 1 }));
  admitting.setUnloaded(service("b", []));
  expect(calls.splice(0)).toEqual(["delete Service/shop/a"]);
  expect(admitting.problems().map((problem) => [problem.object.name, problem.path])).toEqual([
    ["a", "spec.ports"],
    ["b", "spec"],
  ]);
  admitting.set(service("a", {}));
  expect(admitting.problems().map((problem) => problem.object.name)).toEqual(["b"]);
  admitting.delete("Service", "shop", "b");
  expect(admitting.problems()).toEqual([]);
  expect(changes()).toBe(4);
});

it("replaces a kind by those that have its type", () => {
  const { admitting, calls } = rig();
  admitting.set(service("old", 1));
  admitting.replace("Service", [service("a", {}), service("b", "x")]);
  expect(calls.at(-1)).toBe("replace Service a");
  expect(admitting.problems().map((problem) => problem.object.name)).toEqual(["b"]);
});
