import type { ObjectRef } from "../../base/problem.ts";
import { compareStrings } from "../../base/problem.ts";
import type { Route } from "../../kong/entities.ts";
import type { Claim, ClaimIn, PluginUse } from "../fragment.ts";
import { admit } from "./admit.ts";
import { losers } from "./first.ts";
import { type Rule, standing, winner } from "./rule.ts";

export const defaultBackendRule: Rule<"defaultBackend"> = {
  table: "defaultBackend",
  rule(_key, claims) {
    return {
      claims: winner(claims)?.value.claims ?? [],
      problems: losers(claims, "second-default-backend", "the default backend"),
    };
  },
};

export const routeRule: Rule<"route"> = {
  table: "route",
  rule(name, claims, { input }) {
    const keep = input.settings.preflight ? [winner(claims)] : standing(claims);
    const problems = [...losers(claims, "duplicate-route", `the route name ${name}`)];
    const out: Claim[] = [];
    for (const claim of keep) {
      if (claim === undefined) continue;
      const admitted = admit("routes", claim.value.route, claim.origin, input);
      problems.push(...admitted.problems);
      if (admitted.entity === undefined) continue;
      const { service, plugins } = claim.value;
      const value = { type: "route", route: admitted.entity, service, plugins } as const;
      out.push({ table: "service", key: service, rank: claim.rank, origin: claim.origin, value });
    }
    return { claims: out, problems };
  },
};

/** One Kong service: the definition of whoever is first, the routes of all. */
export const serviceRule: Rule<"service"> = {
  table: "service",
  rule(name, claims, { input }) {
    const present = standing(claims);
    const definition = present.find((claim) => claim.value.type === "service");
    if (definition?.value.type !== "service") return {};
    const admitted = admit("services", definition.value.service, definition.origin, input);
    const problems = [...admitted.problems];
    if (admitted.entity === undefined) return { problems };
    const out: Claim[] = [];
    const routes: Route[] = [];
    const parts: { type: string; name: string; origins: readonly ObjectRef[] }[] = [];
    let clientCertificate = definition.value.service.client_certificate;
    for (const claim of present) {
      const { value } = claim;
      if (value.type === "client-certificate") clientCertificate = value.id;
      else if (value.type === "service") for (const use of value.plugins) bind(claim, "service", name, use, out);
      else {
        routes.push(value.route);
        parts.push({ type: "route", name: value.route.name, origins: [claim.origin] });
        for (const use of value.plugins) bind(claim, "route", value.route.name, use, out);
      }
    }
    routes.sort((a, b) => compareStrings(b.name, a.name));
    const value = {
      ...admitted.entity,
      ...(clientCertificate === undefined ? {} : { client_certificate: clientCertificate }),
      ...(routes.length === 0 ? {} : { routes }),
    };
    const origins = [definition.origin];
    return { entities: [{ section: "services", sort: name, value, origins, parts }], claims: out, problems };
  },
};

function bind(claim: ClaimIn<"service">, kind: "service" | "route", id: string, use: PluginUse, out: Claim[]): void {
  const key = `${use.namespace}:${use.name}`;
  out.push({ table: "plugin", key, rank: claim.rank, origin: claim.origin, value: { kind, id, use } });
}

export const upstreamRule: Rule<"upstream"> = {
  table: "upstream",
  rule(name, claims, view) {
    // No exclusive thing: whoever is left describes the same Services.
    const claim = standing(claims)[0];
    if (claim === undefined) return {};
    const { upstream, targets } = claim.value;
    const problems = [];
    let list = "cell" in targets ? [] : targets;
    if ("cell" in targets) {
      const taken = view.take(targets);
      list = taken?.targets ?? [];
      problems.push(...(taken?.problems ?? []));
    }
    const admitted = admit(
      "upstreams",
      list.length === 0 ? upstream : { ...upstream, targets: list },
      claim.origin,
      view.input,
    );
    problems.push(...admitted.problems);
    if (admitted.entity === undefined) return { problems };
    return {
      entities: [{ section: "upstreams", sort: name, value: admitted.entity, origins: [claim.origin] }],
      problems,
    };
  },
};
