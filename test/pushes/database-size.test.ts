import { expect, test } from "vitest";
import { PushRig, payloadOf, type Sections } from "./rig.ts";

const SERVICES = 5000;

/** 5,000 services with a route, an upstream and a target each. */
function large(changed = -1): Sections {
  const each = Array.from({ length: SERVICES }, (_, at) => at);
  return {
    services: each.map((at) => ({
      name: `web-${at}`,
      host: `web-${at}.shop.80.svc`,
      retries: at === changed ? 7 : 5,
      routes: [{ name: `web-${at}-route`, hosts: [`web-${at}.test`], paths: ["/"] }],
    })),
    upstreams: each.map((at) => ({
      name: `web-${at}.shop.80.svc`,
      targets: [{ target: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}:8080` }],
    })),
  };
}

test("5,000 services: a request for each entity, then one for one change, then none", {
  timeout: 240_000,
}, async () => {
  const rig = await PushRig.start("database");
  const requests = async (sections: Sections) => {
    rig.preview.recording.clear();
    const outcome = await rig.push(payloadOf(sections));
    const sums: Record<string, number> = {};
    for (const { method } of rig.preview.recording.requests()) sums[method] = (sums[method] ?? 0) + 1;
    return { kind: outcome.kind, total: rig.preview.recording.total, sums };
  };
  const first = await requests(large());
  expect(first.kind).toBe("accepted");
  // One list for each kind, all empty, and the root and status of the gateway.
  expect(first.total - 4 * SERVICES).toBeLessThan(25);

  const one = await requests(large(1234));
  expect(one).toMatchObject({ kind: "accepted", sums: { PATCH: 1 } });
  // Four kinds have five pages of a thousand; targets, which have no list, are remembered.
  expect(one.sums["POST"]).toBeUndefined();
  expect(one.total).toBeLessThan(45);

  rig.database.doubt();
  const nothing = await requests(large(1234));
  expect(nothing.kind).toBe("unchanged");
  // After doubt the targets of every upstream are read.
  expect(nothing.total - SERVICES).toBeLessThan(45);
  expect(Object.keys(nothing.sums)).toEqual(["GET"]);
  await rig.close();
});

test("lists of more than a page: none is missed, within an entity either", async () => {
  const rig = await PushRig.start("database");
  const targets = Array.from({ length: 1200 }, (_, at) => ({ target: `10.0.${at >> 8}.${at & 255}:80` }));
  const payload = payloadOf({ upstreams: [{ name: "u", targets }] });
  expect(await rig.push(payload)).toMatchObject({ kind: "accepted" });
  rig.database.doubt();
  rig.writes();
  expect(await rig.push(payload)).toMatchObject({ kind: "unchanged" });
  const pages = rig.preview.recording.requests().filter(({ target }) => target.startsWith("/upstreams/"));
  expect(pages.map(({ target }) => new URL(target, "http://x").searchParams.get("size"))).toEqual(["1000", "1000"]);
  await rig.close();
});
