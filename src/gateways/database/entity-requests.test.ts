import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../base/manual-clock.ts";
import { EntityKinds } from "../entities/kinds.ts";
import { type Answering, clientFor, StandIn } from "../stand-in.ts";
import type { Change } from "./change.ts";
import { EntityRequests } from "./entity-requests.ts";
import { writeChange } from "./write-change.ts";

const servers: StandIn[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function rig(answering: Answering, workspace = "", mayWrite?: () => boolean) {
  const server = await StandIn.start(answering);
  servers.push(server);
  const clock = new ManualClock();
  const client = clientFor(server.url, clock, { workspace });
  const abort = new AbortController();
  const requests = new EntityRequests({ client, clock, timeout: 60_000, signal: abort.signal, mayWrite });
  /** Lets time pass until something has come of it. */
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const end = () => {
      done = true;
    };
    promise.then(end, end);
    for (let turn = 0; !done && turn < 2000; turn++) {
      await clock.advance(25);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return promise;
  };
  return { server, clock, requests, abort, settled };
}

async function all(requests: EntityRequests, path: string, tags?: readonly string[]) {
  const out: unknown[] = [];
  for await (const page of requests.pages(path, tags)) out.push(...page);
  return out;
}

describe("lists", () => {
  test("are read page by page, a thousand at a time, by the offset alone: the address of the next page loses the size", async () => {
    const { server, requests, settled } = await rig(({ url }) =>
      url.includes("offset=")
        ? [200, { data: [{ id: "3" }], next: null }]
        : [200, { data: [{ id: "1" }, { id: "2" }], next: "/services?offset=a%3D", offset: "a=" }],
    );
    expect(await settled(all(requests, "/services", ["one", "two words"]))).toEqual([
      { id: "1" },
      { id: "2" },
      { id: "3" },
    ]);
    expect(server.lines).toEqual([
      "GET /services?size=1000&tags=one,two%20words",
      "GET /services?size=1000&tags=one,two%20words&offset=a%3D",
    ]);
  });

  test("that do not exist are empty", async () => {
    const { requests, settled } = await rig(() => [404, { message: "Not found" }]);
    expect(await settled(all(requests, "/licenses"))).toEqual([]);
  });

  test("without an end are not followed for ever", async () => {
    const { requests, settled } = await rig(() => [200, { data: [], next: "/x", offset: "a" }]);
    await expect(settled(all(requests, "/services"))).rejects.toMatchObject({ kind: "unfit" });
  });

  test("stand in the workspace", async () => {
    const { server, requests, settled } = await rig(() => [200, { data: [], next: null }], "team one");
    await settled(all(requests, "/services"));
    expect(server.lines).toEqual(["GET /team%20one/services?size=1000"]);
  });

  test("that are no lists are a failure", async () => {
    const { requests, settled } = await rig(() => [200, "<html>"]);
    await expect(settled(all(requests, "/services"))).rejects.toMatchObject({ kind: "interrupted" });
  });
});

describe("trying again", () => {
  test("500 with growing waits, six times in all", async () => {
    const { server, clock, requests, settled } = await rig(() => [500, { message: "An unexpected error occurred" }]);
    const start = clock.now();
    await expect(settled(requests.get("/services/x"))).rejects.toMatchObject({ kind: "answer", status: 500 });
    expect(server.lines).toHaveLength(6);
    expect(clock.now() - start).toBeGreaterThanOrEqual(200 + 400 + 800 + 1600 + 3200);
  });

  test("429 after the time that was asked for", async () => {
    let busy = true;
    const { clock, requests, settled } = await rig(() => {
      if (!busy) return [200, { id: "1" }];
      busy = false;
      return [429, {}, { "retry-after": "7" }];
    });
    const start = clock.now();
    expect(await settled(requests.get("/services/x"))).toEqual({ id: "1" });
    expect(clock.now() - start).toBeGreaterThanOrEqual(7000);
  });

  test.each([400, 401, 403, 409])("not %i", async (status) => {
    const { server, requests, settled } = await rig(() => [status, { message: "no" }]);
    const { answer, repeated } = await settled(requests.write("POST", "/services", {}));
    expect([answer.status, repeated, server.lines.length]).toEqual([status, false, 1]);
  });

  test("ends when the push does", async () => {
    const { clock, requests, abort } = await rig(() => [500, {}]);
    const write = requests.write("POST", "/services", {});
    write.catch(() => undefined);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(0);
    abort.abort();
    await expect(write).rejects.toMatchObject({ kind: "aborted" });
  });
});

test("nothing is written as soon as another one may lead: not even what was to be tried again", async () => {
  let leads = true;
  const refusing: Answering = () => [500, { message: "An unexpected error occurred" }];
  const { server, requests, clock } = await rig(refusing, "", () => leads);
  const write = requests.write("PUT", "/services/1", {});
  const result = expect(write).rejects.toMatchObject({ kind: "aborted" });
  while (server.lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
  leads = false;
  for (let i = 0; i < 10; i++) {
    await clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await result;
  expect(server.lines).toEqual(["PUT /services/1"]);
});

describe("a write that fails for good", () => {
  const kinds = new EntityKinds("traditional_compatible");
  const create: Change = {
    action: "create",
    kind: "services",
    id: "1",
    method: "POST",
    path: "/services",
    body: { name: "web" },
    needs: new Set(),
    after: new Set(),
  };
  const answered = async (status: number, body: unknown, change: Change = create, reachable = true) => {
    const { server, requests, settled } = await rig(({ url }) =>
      url === "/status" ? [200, { database: { reachable } }] : [status, body],
    );
    return { server, result: await settled(writeChange(change, requests, kinds)) };
  };

  test("because the database is away is nobody's fault", async () => {
    await expect(answered(500, { message: "An unexpected error occurred" }, create, false)).rejects.toMatchObject({
      kind: "answer",
      message: expect.stringContaining("with its database away"),
    });
  });

  test("although the database is there is that of the entity", async () => {
    const { result } = await answered(500, { message: "An unexpected error occurred" });
    expect(result).toMatchObject({ ok: false, reason: "refused" });
  });

  test.each([
    [
      "schema",
      400,
      { code: 2, message: "2 schema violations (…)", fields: { port: "bad", tags: [null, "worse"] } },
      "refused",
      ["port", "tags.2"],
    ],
    ["the whole entity", 400, { code: 2, message: "…", fields: { "@entity": ["must not"] } }, "refused", [undefined]],
    [
      "unique",
      409,
      { code: 5, message: "UNIQUE violation detected on '{name=\"web\"}'", fields: { name: "web" } },
      "conflict",
      [undefined],
    ],
    ["primary key", 400, { code: 3, message: "primary key violation", fields: { id: "1" } }, "conflict", [undefined]],
    [
      "reference",
      400,
      { code: 4, message: "the foreign key …", fields: { service: { id: "2" } } },
      "conflict",
      [undefined],
    ],
    ["a body that is none of Kong's", 413, "<html>", "refused", [undefined]],
  ])("%s", async (_what, status, body, reason, fields) => {
    const { result } = await answered(status, body);
    expect(result).toMatchObject({ ok: false, reason, complaints: fields.map((field) => ({ field })) });
  });

  test("a deletion: what is gone is gone, what is in use is told", async () => {
    const remove: Change = { ...create, action: "delete", method: "DELETE", path: "/services/1" };
    expect((await answered(404, { message: "Not found" }, remove)).result).toMatchObject({ ok: true });
    const used = { code: 4, message: "an existing 'routes' entity references this 'services' entity", fields: {} };
    expect((await answered(400, used, remove)).result).toMatchObject({ ok: false, reason: "in-use" });
    const byService = { code: 19, name: "referenced by others", message: "ca certificate is still referenced" };
    expect((await answered(400, byService, remove)).result).toMatchObject({ ok: false, reason: "in-use" });
  });
});
