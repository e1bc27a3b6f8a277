import { own } from "../../base/json.ts";
import type { Slices } from "../../base/slices.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import type { Change } from "./change.ts";
import { idIn } from "./entity-paths.ts";
import type { DraftPlan } from "./plan.ts";

/**
 * A service names its upstream by the host, which Kong does not look at when it is written: the upstream and its targets come before the service that needs them,
 * and go after the one that did, so that no request meets a host that nobody knows.
 */
export async function upstreamsFirst(plan: DraftPlan, current: CurrentEntities, slices: Slices): Promise<void> {
  const coming = new Map<string, Change[]>();
  const names = new Map<string, string>();
  const put = (name: unknown, change: Change) => {
    const list = coming.get(String(name));
    if (list === undefined) coming.set(String(name), [change]);
    else list.push(change);
  };
  for (const { desired } of plan.changes)
    if (desired?.desired.kind === "upstreams") names.set(desired.id, String(desired.value["name"]));
  for (const upstream of current.get("upstreams") ?? []) names.set(upstream.id, String(upstream.value["name"]));
  const going = new Map<string, Change>();
  await slices.forEach(plan.changes, (change) => {
    const value = change.desired?.value;
    if (change.kind === "upstreams" && change.action === "delete") going.set(names.get(change.id) ?? "", change);
    else if (change.kind === "upstreams") put(value?.["name"], change);
    else if (change.kind === "targets" && value !== undefined) put(names.get(idIn(value, "upstream") ?? ""), change);
  });
  await slices.forEach(plan.changes, (change) => {
    if (change.kind !== "services") return;
    const host = own(change.desired?.value, "host");
    for (const upstream of coming.get(String(host)) ?? []) change.after.add(upstream);
    const former = own(change.current?.value, "host");
    if (former !== host) going.get(String(former))?.after.add(change);
  });
}
