import type { JsonObject } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { Slices } from "../../base/slices.ts";
import type { AdminClient } from "../../gateways/admin-client.ts";
import { type AdminEndpoint, adminEndpoint } from "../../gateways/admin-endpoint.ts";
import { AdminFailure } from "../../gateways/admin-failure.ts";
import { entityName, entityType } from "../../gateways/entities/entity-name.ts";
import { EntityKinds } from "../../gateways/entities/kinds.ts";
import { type Contact, contact } from "../../gateways/first-contact.ts";
import { askAt } from "../../gateways/gateway-admin.ts";
import type { Fault } from "../../gateways/opinion/opinion.ts";
import {
  type AskedEntity,
  entitiesToAsk,
  refusedEntities,
  type Verdicts,
} from "../../gateways/opinion/refused-entities.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { tryOut } from "../../store/try-out.ts";
import { annotation, annotationsOf, CLASS_ANNOTATION } from "../../translate/annotations.ts";
import type { Settings } from "../../translate/input.ts";
import { pluginEntity } from "../../translate/kong/resolved-plugin.ts";
import { placeOf } from "../../translate/link/field-places.ts";
import { pluginVeil, type Veil, veiledFault } from "../../translate/link/veil.ts";
import type { CommandContext } from "../command.ts";
import { checkTimes, clientAt } from "../controller/static-gateways.ts";
import type { CompiledObjects } from "../offline.ts";
import { adminOptions } from "../settings/admin.ts";
import { syncOptions } from "../settings/sync.ts";
import { buildInfo } from "../version.ts";
import { isPlugin, PLUGIN_KINDS } from "./meant-plugin.ts";

/** A gateway that is asked what it thinks of a configuration. */
export interface AskedGateway {
  readonly url: string;
  readonly client: AdminClient;
  readonly found: Contact;
}

/** The gateways that `--kong-admin-url` names, each once, and a problem for each that cannot be asked. */
export async function reachGateways(
  context: CommandContext,
): Promise<{ readonly gateways: readonly AskedGateway[]; readonly problems: readonly Problem[] }> {
  const { flags, clock, environment, secrets, signal } = context;
  const endpoints = new Map(flags.values["kong-admin-url"].map(adminEndpoint).map((one) => [one.url, one]));
  const gateways: AskedGateway[] = [];
  const problems: Problem[] = [];
  const userAgent = `kong-ingress-controller/${buildInfo.release}`;
  const reach = async (endpoint: AdminEndpoint): Promise<void> => {
    const client = clientAt(endpoint, { flags, clock, environment, secrets, userAgent }, adminOptions(flags));
    try {
      gateways.push({
        url: endpoint.url,
        client,
        found: await contact(client, checkTimes(flags).timeout, signal, "read"),
      });
    } catch (error) {
      client.forget();
      problems.push(notAsked(endpoint.url, error));
    }
  };
  for (const endpoint of endpoints.values()) await reach(endpoint);
  return { gateways, problems };
}

/** What a gateway would refuse of what was compiled for it: of all plugins, used or not, and of everything else that pre-flight lets through. */
export async function gatewayProblems(
  { url, client, found }: AskedGateway,
  { set, store, compiler }: CompiledObjects,
  { flags, clock, signal }: CommandContext,
): Promise<readonly Problem[]> {
  const draft = compiler.document;
  const sections = new Map(draft.names().map((name) => [name, draft.entities(name)]));
  const ofDocument = await entitiesToAsk(
    sections,
    new EntityKinds(found.profile.flavor),
    new Slices(clock),
    (section, owner) => section !== "plugins" || !PLUGIN_KINDS.has(owner.kind),
  );
  const veils = new Map<object, Veil>();
  const plugins = set.objects.filter(isPlugin).flatMap((object): readonly AskedEntity[] => {
    if (isForeign(object, compiler.input.settings)) return [];
    const { value } = tryOut(store, compiler.input, (view) => pluginEntity(object, view));
    if ("problem" in value) return [];
    const instance = object.instance_name ?? "";
    const entity: JsonObject = { ...value.entity, ...(instance === "" ? {} : { instance_name: instance }) };
    const veil = pluginVeil(object, found.profile);
    if (veil !== undefined) veils.set(entity, veil);
    const secretive = object.configFrom !== undefined || object.configPatches !== undefined;
    return [{ section: "plugins", value: entity, origins: [refOf(object)], secretive }];
  });
  const { timeout } = checkTimes(flags);
  const { concurrency } = syncOptions(flags).database;
  try {
    const ask: Parameters<typeof refusedEntities>[0]["ask"] = (question, end) => askAt(client, question, timeout, end);
    return asProblems(url, await refusedEntities({ ask }, [...plugins, ...ofDocument], concurrency, signal), veils);
  } catch (error) {
    return [notAsked(url, error)];
  } finally {
    client.forget();
  }
}

/** What gateways say: once where all say it, else with who does. */
export function agreed(said: ReadonlyMap<string, readonly Problem[]>): readonly Problem[] {
  const who = new Map<string, { readonly problem: Problem; readonly urls: Set<string> }>();
  for (const [url, problems] of said)
    for (const problem of problems) {
      const key = JSON.stringify(problem);
      const known = who.get(key);
      if (known === undefined) who.set(key, { problem, urls: new Set([url]) });
      else known.urls.add(url);
    }
  return [...who.values()].map(({ problem, urls }) =>
    urls.size === said.size || problem.object.kind === GATEWAY
      ? problem
      : { ...problem, message: `${problem.message} (${[...urls].join(", ")})` },
  );
}

/** Whether an object says that it is another controller's. */
function isForeign(object: KubernetesObject, { ingressClass }: Settings): boolean {
  const named = annotation(annotationsOf(object), CLASS_ANNOTATION) ?? "";
  return named !== "" && named !== ingressClass;
}

function asProblems(
  url: string,
  { refused, unanswered }: Verdicts,
  veils: ReadonlyMap<object, Veil>,
): readonly Problem[] {
  const problems = refused.flatMap(({ entity, faults }) =>
    faults.map((fault) => refusal(entity, fault, veils.get(entity.value))),
  );
  if (unanswered.length === 0) return problems;
  const sections = [...new Set(unanswered.map(({ section }) => section.replaceAll("_", " ")))].sort();
  const why = `it gave no verdict on ${unanswered.length} entities (${sections.join(", ")}); it may not let this user look at its schemas`;
  return [...problems, { code: "gateway-not-asked", severity: "error", object: gatewayRef(url), message: why }];
}

function refusal({ section, value, origins }: AskedEntity, fault: Fault, veil: Veil | undefined): Problem {
  const owner = origins[0]!;
  const {
    fault: { field, message: why },
    path: veiled,
  } = veiledFault(fault, veil);
  const path = veiled ?? (fault.field === undefined ? undefined : placeOf(section, owner, fault.field, value));
  const what = [entityType(section).replaceAll("_", " "), entityName(section, value)].filter((word) => word !== "");
  const where = field === undefined ? "" : `, field ${field}`;
  return {
    code: "rejected-by-gateway",
    severity: "error",
    object: owner,
    ...(path === undefined ? {} : { path }),
    message: `the gateway refuses the ${what.join(" ")}${where}: ${why}`,
  };
}

const GATEWAY = "KongGateway";

/** A gateway in the place of an object, for problems that are nobody else's. */
function gatewayRef(url: string): ObjectRef {
  return { group: "", version: "", kind: GATEWAY, namespace: "", name: url };
}

/** Throws what is no failure of the gateway's. */
function notAsked(url: string, error: unknown): Problem {
  if (!(error instanceof AdminFailure)) throw error;
  const advice = error.advice === undefined ? "" : `; ${error.advice}`;
  return {
    code: "gateway-not-asked",
    severity: "error",
    object: gatewayRef(url),
    message: `cannot be asked what it would refuse: ${error.message}${advice}`,
  };
}
