import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import type { WholeObject } from "../kubernetes/status-writes.ts";
import type { KubernetesObject } from "../resources/kind.ts";
import type { PlannedWrite } from "./planned-write.ts";
import { WrittenStatuses } from "./written-statuses.ts";

const KEY = "Ingress/shop/web";

function version(resourceVersion: string): KubernetesObject & WholeObject {
  const metadata = { name: "web", namespace: "shop", uid: "u", resourceVersion };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata };
}

function written(): WrittenStatuses {
  const statuses = new WrittenStatuses(new ManualClock());
  const write = { object: version("4"), text: "{}", left: () => undefined } as Partial<PlannedWrite> as PlannedWrite;
  statuses.wrote(KEY, write, version("5"));
  return statuses;
}

test("the answer to a write is newer than what the watch told before", () => {
  expect(written().newest(KEY, version("4")).metadata.resourceVersion).toBe("5");
});

test("an answer is kept no longer than until the watch tells of it", () => {
  const statuses = written();
  statuses.told(KEY, version("4"));
  expect(statuses.newest(KEY, version("4")).metadata.resourceVersion).toBe("5");
  statuses.told(KEY, version("5"));
  expect(statuses.newest(KEY, version("4")).metadata.resourceVersion).toBe("4");
});
