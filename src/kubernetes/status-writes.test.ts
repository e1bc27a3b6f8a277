import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { hasStatus } from "./api-error.ts";
import { ModelApi } from "./model-api.ts";
import { patchStatus, putObject, putStatus } from "./status-writes.ts";

const PATH = "/apis/example.com/v1/namespaces/shop/widgets/w";
const { signal } = new AbortController();
let server: ModelApi;

beforeEach(() => {
  server = new ModelApi(new ManualClock());
  server.put(PATH, { metadata: { managedFields: [{}] }, spec: { size: 1 }, status: { theirs: 1 } });
  server.requests.length = 0;
});

const now = () => server.objects.get(PATH)!;

test("a status is put into the object as it is, read for the purpose", async () => {
  const answer = await putStatus(server.client(), PATH, ({ status }) => ({ ...(status as object), ours: 2 }), signal);
  expect(answer).toEqual(now());
  expect(now()).toMatchObject({
    spec: { size: 1 },
    status: { theirs: 1, ours: 2 },
    metadata: { managedFields: [{}] },
  });
  expect(server.requests).toEqual([`c GET ${PATH}`, `c PUT ${PATH}/status`]);
});

test("what others write in between is merged, not overwritten", async () => {
  let races = 3;
  server.fault = ({ method }) => {
    if (method === "PUT" && races-- > 0) server.put(PATH, { ...now(), status: { theirs: races + 10 } });
    return undefined;
  };
  await putStatus(server.client(), PATH, ({ status }) => ({ ...(status as object), ours: 2 }), signal);
  expect(now()["status"]).toEqual({ theirs: 10, ours: 2 });
});

test("a conflict that does not end is an error, so that the queue comes back to it later", async () => {
  server.fault = ({ method }) => {
    if (method === "PUT") server.put(PATH, now());
    return undefined;
  };
  const error = await putStatus(server.client(), PATH, () => ({ ours: 1 }), signal).catch((e: unknown) => e);
  expect(hasStatus(error, 409)).toBe(true);
});

test("nothing is written when there is nothing to write, or nobody to write to", async () => {
  expect(await putStatus(server.client(), PATH, () => undefined, signal)).toBeUndefined();
  server.objects.clear();
  expect(await putStatus(server.client(), PATH, () => ({ ours: 1 }), signal)).toBeUndefined();
  expect(server.requests.filter((request) => request.includes("PUT"))).toEqual([]);
});

test("a patch changes the fields it names, and only the version it was made for", async () => {
  const { resourceVersion } = now().metadata;
  await patchStatus(server.client(), PATH, resourceVersion, { conditions: [1] }, signal);
  expect(now()["status"]).toEqual({ theirs: 1, conditions: [1] });
  const error = await patchStatus(server.client(), PATH, resourceVersion, {}, signal).catch((e: unknown) => e);
  expect(hasStatus(error, 409)).toBe(true);
});

test("an object itself is changed in the same careful way", async () => {
  await putObject(
    server.client(),
    PATH,
    (object) => ({ ...object, metadata: { ...object.metadata, annotations: { a: "b" } } }),
    signal,
  );
  expect(now()).toMatchObject({ metadata: { annotations: { a: "b" } }, status: { theirs: 1 }, spec: { size: 1 } });
});
