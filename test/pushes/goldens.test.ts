import { expect, test } from "vitest";
import { targetText } from "../../src/gateways/entities/target-text.ts";
import type { Payload } from "../../src/sync/gateway.ts";
import { printableDocument } from "../../src/translate/document.ts";
import { compileCase, FLAVORS, type Flavor, goldenCases } from "../support/golden.ts";
import { type Mode, PushRig, payloadFrom, TAG } from "./rig.ts";

/** Whatever objects come to: it arrives, whichever way it is pushed, and a second push has nothing to do. */

const cases = await goldenCases();
const REFUSED = "refused";

async function compiled(name: string, flavor: Flavor): Promise<Payload> {
  const golden = cases.find((one) => one.name === name)!;
  const { compiler } = await compileCase(golden, flavor);
  const draft = compiler.document;
  const sections = new Map(draft.names().map((section) => [section, draft.entities(section)]));
  return payloadFrom(sections, printableDocument(draft));
}

async function pushed(payload: Payload, flavor: Flavor, mode: Mode): Promise<Record<string, unknown> | typeof REFUSED> {
  const rig = await PushRig.start(mode, { flavor });
  try {
    const outcome = await rig.push(payload);
    if (outcome.kind === "rejected") return REFUSED;
    expect(outcome).toEqual({ kind: expect.stringMatching(/accepted|unchanged/), hash: payload.md5 });
    expect(await rig.differences(payload)).toEqual([]);
    rig.writes();
    rig.database.doubt();
    expect((await rig.push(payload)).kind).toBe("unchanged");
    expect(rig.writes().filter((line) => !line.startsWith("POST /config 304"))).toEqual([]);
    return await contents(rig);
  } finally {
    await rig.close();
  }
}

const LISTS = [
  "services",
  "routes",
  "plugins",
  "consumers",
  "certificates",
  "ca_certificates",
  "vaults",
  "snis",
  "key-auths",
  "basic-auths",
  "acls",
];

/** Everything there, without what is drawn or marks who wrote it. */
async function contents(rig: PushRig): Promise<Record<string, unknown>> {
  const names = new Map<unknown, unknown>();
  const lists: Record<string, readonly Record<string, unknown>[]> = {};
  for (const path of LISTS) lists[path] = await rig.list(`/${path}`);
  lists["upstreams"] = (await rig.list("/upstreams")).filter(({ name }) => name !== "kong");
  for (const [path, list] of Object.entries(lists))
    for (const one of list)
      names.set(one["id"], `${path} ${String(one["name"] ?? one["username"] ?? one["custom_id"] ?? one["cert"])}`);
  const targets = lists["upstreams"].map(
    async ({ name }) => [name, await rig.list(`/upstreams/${String(name)}/targets`)] as const,
  );
  const out: Record<string, unknown> = {};
  for (const [path, list] of [...Object.entries(lists), ...(await Promise.all(targets))])
    out[String(path)] = list.map((one) => JSON.stringify(plain(one, names))).sort();
  return out;
}

function plain(entity: Record<string, unknown>, names: ReadonlyMap<unknown, unknown>): unknown {
  const {
    id: _id,
    created_at: _created,
    updated_at: _updated,
    password: _password,
    cert_digest: _digest,
    ...rest
  } = entity;
  const entries = Object.entries(rest).map(([key, value]): [string, unknown] => {
    if (key === "tags" || key === "snis") {
      const list = Array.isArray(value) ? (value as readonly unknown[]).filter((one) => one !== TAG).sort() : [];
      return [key, list.length === 0 ? null : list];
    }
    if (key === "target") return [key, targetText(String(value))];
    if (typeof value === "object" && value !== null && "id" in value) return [key, names.get(value.id)];
    return [key, value];
  });
  const set = entries.filter(([, value]) => value !== null);
  return Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Each case with one of the flavours: what the flavours differ in, the goldens themselves test.
test.each(cases.map(({ name }, at) => [name, FLAVORS[at % FLAVORS.length]!] as const))(
  "%s, %s",
  async (name, flavor) => {
    const payload = await compiled(name, flavor);
    const [whole, single] = await Promise.all([
      pushed(payload, flavor, "db-less"),
      pushed(payload, flavor, "database"),
    ]);
    // What the one refuses the other refuses too, each in its own words.
    if (whole === REFUSED || single === REFUSED) expect(single).toBe(whole);
    else expect(single).toEqual(whole);
  },
);
