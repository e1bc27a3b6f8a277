import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from "yaml";
import { fractionKey, plainScalar } from "./yaml-scalar.ts";

export interface YamlOptions {
  /** What a key means that stands twice in a map: a mistake, or (Go's yaml.Unmarshal) that the later one counts. */
  readonly duplicates?: "error" | "last";
}

/** Something that YAML allows and its JSON form does not. */
export class YamlMistake extends Error {
  readonly node: Node | null | undefined;

  constructor(message: string, node: Node | null | undefined) {
    super(message);
    this.node = node;
  }
}

/** Deeper nesting would overflow the stack of whoever walks through the value. */
const MOST_LEVELS = 500;
/** Values that aliases may stand for in all: a small text can otherwise mean a huge value. */
const MOST_ALIASED = 1_000_000;
export const TOO_DEEP = `the document is nested more than ${MOST_LEVELS} levels deep`;

export function tooDeep(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth >= MOST_LEVELS) return true;
  for (const item of Object.values(value)) if (tooDeep(item, depth + 1)) return true;
  return false;
}

/** Turns the nodes of one document into values. */
export class YamlReader {
  readonly #options: YamlOptions;
  readonly #text: string;
  readonly #anchors = new Map<string, { value: unknown; size: number } | "open">();
  #size = 0;
  #aliased = 0;

  constructor(options: YamlOptions, text: string) {
    this.#options = options;
    this.#text = text;
  }

  read(node: unknown, depth = 0): unknown {
    const real = node as Node | null;
    if (real === null || real === undefined) return null;
    if (isAlias(real)) return this.#alias(real.source, real);
    const anchor = (real as Scalar).anchor;
    const before = this.#size;
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const value = this.#content(real, depth);
    this.#size++;
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#size - before });
    return value;
  }

  #alias(name: string, node: Node): unknown {
    const known = this.#anchors.get(name);
    if (known === undefined) throw new YamlMistake(`there is no anchor named ${name} above`, node);
    if (known === "open") throw new YamlMistake(`the value of the anchor ${name} contains itself`, node);
    this.#aliased += known.size;
    this.#size += known.size;
    if (this.#aliased > MOST_ALIASED) throw new YamlMistake("aliases stand for too many values", node);
    return known.value;
  }

  #content(node: Node, depth: number): unknown {
    if (depth >= MOST_LEVELS) throw new YamlMistake(TOO_DEEP, node);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node))
      return node.items.map((item) => (isPairLike(item) ? this.#pairAsMap(item, depth) : this.read(item, depth + 1)));
    if (!isScalar(node)) throw new YamlMistake("this is no valid YAML", node);
    const value = scalar(node, this.#text);
    if (typeof value === "number" && !Number.isFinite(value))
      throw new YamlMistake("infinite numbers and .nan have no JSON form", node);
    return value;
  }

  #pairAsMap(pair: Pair, depth: number): unknown {
    return Object.fromEntries([[this.#key(pair, depth + 1), this.read(pair.value, depth + 2)]]);
  }

  #map(map: YAMLMap, depth: number): unknown {
    const own = new Map<string, unknown>();
    const merged = new Map<string, unknown>();
    for (const pair of map.items) {
      if (isMerge(pair.key)) {
        for (const source of this.#mergeSources(pair, depth)) {
          for (const [key, value] of Object.entries(source)) if (!merged.has(key)) merged.set(key, value);
        }
        continue;
      }
      const key = this.#key(pair, depth + 1);
      if (own.has(key) && this.#options.duplicates !== "last") {
        throw new YamlMistake(`the key ${JSON.stringify(key)} stands twice in one map`, pair.key as Node);
      }
      own.set(key, this.read(pair.value, depth + 1));
    }
    for (const [key, value] of merged) if (!own.has(key)) own.set(key, value);
    // fromEntries makes `__proto__` a key as any other.
    return Object.fromEntries(own);
  }

  #mergeSources(pair: Pair, depth: number): readonly object[] {
    const value = this.read(pair.value, depth + 1);
    const sources = Array.isArray(value) ? value : [value];
    for (const source of sources) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw new YamlMistake("<< takes a map, or a list of maps", pair.key as Node);
      }
    }
    return sources as readonly object[];
  }

  #key(pair: Pair, depth: number): string {
    const node = pair.key as Node;
    const key = this.read(node, depth);
    if (typeof key === "string") return key;
    if (typeof key === "boolean") return String(key);
    if (typeof key === "number") return isScalar(node) && isFraction(node) ? fractionKey(key) : BigInt(key).toString();
    throw new YamlMistake(key === null ? "a key is empty or null" : "a key must be a text", node);
  }
}

function isPairLike(item: unknown): item is Pair {
  return typeof item === "object" && item !== null && "key" in item && "value" in item && !("range" in item);
}

/** Whether the number was written as a float: whole ones print differently from integers. */
function isFraction(node: Scalar): boolean {
  const text = String(node.value);
  return (
    node.tag === `${CORE}float` ||
    (!/^[-+]?0[xXoObB]/.test(text) && /[.eE]/.test(text)) ||
    !Number.isSafeInteger(Number(text))
  );
}

function isMerge(key: unknown): boolean {
  if (!isScalar(key) || key.value !== "<<") return false;
  return key.tag === `${CORE}merge` || (key.type === "PLAIN" && key.tag === undefined);
}

const CORE = "tag:yaml.org,2002:";

function scalar(node: Scalar, source: string): unknown {
  const text = textOf(node, source);
  const tag = node.tag;
  if (tag === undefined) return node.type === "PLAIN" ? plainScalar(text) : text;
  const wanted = tag.startsWith(CORE) ? tag.slice(CORE.length) : "";
  switch (wanted) {
    case "binary":
      return fromBase64(text, node);
    case "int":
    case "float":
      return tagged(plainScalar(text), "number", node);
    case "bool":
      return tagged(plainScalar(text), "boolean", node);
    case "null":
      return null;
    default:
      return text;
  }
}

/** The parser ends a block with a line break also where the source has none, at its very end. */
function textOf(node: Scalar, source: string): string {
  const text = typeof node.value === "string" ? node.value : "";
  const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  const cutShort = isBlock && !source.endsWith("\n") && node.range?.[1] === source.length;
  return cutShort && text.endsWith("\n") ? text.slice(0, -1) : text;
}

function tagged(value: unknown, type: "number" | "boolean", node: Scalar): unknown {
  if (typeof value !== type)
    throw new YamlMistake(`the tag says ${type === "number" ? "number" : "true or false"}, the value is none`, node);
  return value;
}

function fromBase64(text: string, node: Scalar): string {
  const plain = text.replace(/\s/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain))
    throw new YamlMistake("the value tagged !!binary is not base64", node);
  return Buffer.from(plain, "base64").toString("utf8");
}
