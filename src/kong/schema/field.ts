import type { Json, JsonObject } from "../../base/json.ts";
import type { RouterFlavor } from "../entities.ts";

export type FieldType =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "array"
  | "set"
  | "map"
  | "record"
  | "foreign"
  | "json"
  | "any";

/** What a check may have to know besides the value. */
export interface CheckContext {
  readonly flavor: RouterFlavor;
  /** Wall-clock time in ms since 1970: certificates are checked for their end. */
  readonly now: number;
}

/** Says what is wrong with a value, or nothing. The words are Kong's where programs match on them. */
export type Check<T> = (value: T, context: CheckContext) => string | undefined;

/** A text in Lua's pattern language, as Kong shows it in its schemas. */
export type LuaPattern = string;

export interface Refusal {
  readonly pattern: LuaPattern;
  readonly err: string;
}

/** One field of Kong's schema language, with Kong's names in camel case. What is left out does not apply. */
export interface Field {
  readonly type: FieldType;
  readonly required?: boolean;
  readonly default?: Json;
  /** `null` in `eq` says that the field must be unset. */
  readonly eq?: Json;
  readonly ne?: Json;
  readonly oneOf?: readonly (string | number)[];
  readonly notOneOf?: readonly (string | number)[];
  readonly gt?: number;
  readonly between?: readonly [number, number];
  /** In bytes for strings (1 unless said), else in elements. */
  readonly lenMin?: number;
  readonly lenMax?: number;
  readonly lenEq?: number;
  readonly timestamp?: true;
  readonly uuid?: true;
  readonly isRegex?: true;
  readonly startsWith?: string;
  readonly match?: LuaPattern;
  readonly matchNone?: readonly Refusal[];
  readonly matchAll?: readonly Refusal[];
  readonly matchAny?: { readonly patterns: readonly LuaPattern[]; readonly err?: string };
  readonly contains?: string;
  readonly mutuallyExclusiveSubsets?: readonly (readonly string[])[];
  /** Text that takes the place of every validator's own. */
  readonly err?: string;
  /** Kong's `custom_validator`, which its schemas do not show. */
  readonly check?: Check<never>;

  readonly elements?: Field;
  readonly keys?: Field;
  readonly values?: Field;
  readonly record?: RecordType;
  /** The kind that a foreign field points to. */
  readonly reference?: string;
  readonly onDelete?: "cascade";

  /** Kong makes a value where none is given. */
  readonly auto?: true;
  readonly unique?: boolean;
  readonly uniqueAcrossWs?: true;
  readonly referenceable?: true;
  readonly encrypted?: true;
  readonly transient?: true;
  readonly abstract?: true;
  readonly deprecation?: Deprecation;
}

export interface Deprecation {
  readonly removalInVersion: string;
  readonly oldDefault?: Json;
  /** Paths of the fields that took over. */
  readonly replacedWith?: readonly (readonly string[])[];
}

export type Fields = Readonly<Record<string, Field>>;

/** A field that is only written, and becomes others. */
export interface Shorthand {
  readonly field: Field;
  /** What it becomes: merged into the record. */
  readonly expand: (value: Json) => JsonObject;
}

export interface RecordType {
  readonly fields: ReadonlyMap<string, Field>;
  readonly checks: readonly EntityCheck[];
  readonly shorthands: ReadonlyMap<string, Shorthand>;
}

export type FieldListCheck =
  | "at_least_one_of"
  | "only_one_of"
  | "distinct"
  | "mutually_required"
  | "mutually_exclusive";

/** What fields must be among each other. Field names are paths with dots. */
export type EntityCheck =
  | { readonly kind: FieldListCheck; readonly fields: readonly string[] }
  | {
      readonly kind: "conditional";
      readonly ifField: string;
      readonly ifMatch: Partial<Field>;
      readonly thenField: string;
      readonly thenMatch: Partial<Field>;
      readonly thenErr?: string;
    }
  | {
      readonly kind: "conditional_at_least_one_of";
      readonly ifField: string;
      readonly ifMatch: Partial<Field>;
      readonly thenFields: readonly string[];
      readonly thenErr?: string;
      readonly elseMatch?: Partial<Field>;
      readonly elseFields?: readonly string[];
      readonly elseErr?: string;
    }
  | {
      readonly kind: "custom_entity_check";
      readonly fields: readonly string[];
      readonly runWithMissingFields?: true;
      readonly runWithInvalidFields?: true;
      readonly check: Check<JsonObject>;
    };

/** A kind of entity. */
export interface EntitySchema extends RecordType {
  /** Kong's plural: `services`. */
  readonly name: string;
  /** The field whose value names an entity among its kind. */
  readonly endpointKey?: string;
  readonly primaryKey: readonly string[];
  /** The fields that tell entities of this kind apart; Kong makes ids from them where it can. */
  readonly cacheKey?: readonly string[];
  readonly ttl?: true;
  /** A kind whose entities differ by the value of a field: plugins and vaults by name, routes by protocol. */
  readonly subschemas?: Subschemas;
  /** Fields that are needed together when an entity is written: what is computed from `input` with the help of `needs`. */
  readonly transformations?: readonly { readonly input: readonly string[]; readonly needs?: readonly string[] }[];
}

export interface Subschemas {
  readonly key: string;
  readonly byName: ReadonlyMap<string, RecordType>;
  /** The refusal of a name that has none. */
  readonly unknown: (name: string) => string;
}
