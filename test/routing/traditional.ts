import { stable } from "./compare.ts";
import type { RecordedExchange, RecordedGroup, RecordedRequest, RecordedResponse } from "./facts.ts";

/** What the flavour `traditional` answered differently from `traditional_compatible`. */
export interface TraditionalDifference {
  readonly group: string;
  readonly request?: RecordedRequest;
  readonly traditional?: RecordedResponse;
  /** Null: it was accepted. */
  readonly refused_traditional?: { readonly status: number; readonly body: unknown } | null;
}

/** The groups of `traditional_compatible` as the flavour `traditional` answered them. */
export function asTraditional(
  groups: readonly RecordedGroup[],
  differences: readonly TraditionalDifference[],
): readonly RecordedGroup[] {
  return groups
    .filter(({ flavor }) => flavor === "traditional_compatible")
    .map((group) => {
      const own = differences.filter((difference) => difference.group === group.name);
      const verdict = own.find((difference) => difference.refused_traditional !== undefined);
      const { refused, ...rest } = group;
      const base: RecordedGroup = { ...rest, flavor: "traditional" };
      if (verdict?.refused_traditional != null) return { ...base, refused: verdict.refused_traditional, requests: [] };
      if (verdict === undefined && refused !== undefined) return { ...base, refused };
      return { ...base, requests: requestsOf(group, own) };
    });
}

function requestsOf(group: RecordedGroup, differences: readonly TraditionalDifference[]): readonly RecordedExchange[] {
  const asked = differences.flatMap(({ request, traditional }) =>
    request === undefined || traditional === undefined ? [] : [{ request, response: traditional }],
  );
  if (group.requests.length === 0) return asked;
  const byRequest = new Map(asked.map((exchange) => [stable(exchange.request), exchange]));
  return group.requests.map((exchange) => byRequest.get(stable(exchange.request)) ?? exchange);
}
