import { allOf, anyOf, host, not, type Part, sni } from "../../kong/expression.ts";
import { type Annotations, csv, kong } from "../annotations.ts";
import { isSni } from "../route/annotations.ts";
import { covers } from "./hostnames.ts";

/** The host name of a route ("" for any), less the names among it that other listeners keep for themselves. */
export function hostsPart(hostname: string, others: readonly string[]): readonly Part[] {
  const without = others.filter((name) => name !== hostname && covers(hostname, name)).map((name) => not(host(name)));
  return [hostname === "" ? undefined : host(hostname), allOf(...without)];
}

/** The server names that the annotation `konghq.com/snis` asks for. */
export function sniPart(annotations: Annotations): Part {
  return anyOf(...csv(kong(annotations, "snis")).filter(isSni).map(sni));
}

export function isWildcard(hostname: string): boolean {
  return hostname.startsWith("*");
}

/** The place of a route among those of one object, as a text that sorts. */
export function placeText(...numbers: readonly number[]): string {
  return numbers.map((number) => String(number).padStart(6, "0")).join(" ");
}
