/** A part of an expression, and where it begins in it (in UTF-16 units). */
export interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** What an expression is made of at its outermost level. */
export type Split =
  | { readonly kind: "leaf" }
  | { readonly kind: "any" | "all"; readonly pieces: readonly Piece[] }
  | { readonly kind: "inner" | "not"; readonly pieces: readonly [Piece] };

export interface Size {
  /** Levels of parentheses. */
  readonly depth: number;
  /** Joints of two parts. */
  readonly joints: number;
  /** False where a string or a parenthesis has no end, or an end no beginning: `at` says where that shows. */
  readonly balanced: boolean;
  readonly at: number;
}

interface Token {
  readonly kind: "(" | ")" | "&&" | "||" | "unterminated";
  readonly at: number;
}

/** How large an expression is, without understanding it. */
export function sizeOf(text: string): Size {
  let depth = 0;
  let deepest = 0;
  let joints = 0;
  for (const { kind, at } of tokens(text)) {
    if (kind === "(") deepest = Math.max(deepest, ++depth);
    else if (kind === "&&" || kind === "||") joints += 1;
    else if (kind === "unterminated" || --depth < 0) return { depth: deepest, joints, balanced: false, at };
  }
  return { depth: deepest, joints, balanced: depth === 0, at: text.length };
}

/** Takes an expression whose `sizeOf` is balanced apart: at `&&`, else at `||`, which binds tighter to Kong's router, else what stands in parentheses. */
export function split(text: string): Split {
  let depth = 0;
  const joints: Token[] = [];
  for (const token of tokens(text)) {
    if (token.kind === "(") depth += 1;
    else if (token.kind === ")") depth -= 1;
    else if (depth === 0) joints.push(token);
  }
  if (joints.length === 0) return withoutParentheses(text);
  const looser = joints.filter(({ kind }) => kind === "&&");
  return looser.length > 0 ? cut("all", text, looser) : cut("any", text, joints);
}

function cut(kind: "any" | "all", text: string, joints: readonly Token[]): Split {
  const starts = [0, ...joints.map(({ at }) => at + 2)];
  const ends = [...joints.map(({ at }) => at), text.length];
  return { kind, pieces: starts.map((offset, i) => ({ text: text.slice(offset, ends[i]), offset })) };
}

/** Without joints outside, parentheses around everything are one pair: nothing else can follow the first. */
function withoutParentheses(text: string): Split {
  const match = /^(\s*(!?)\s*\()(.*)\)\s*$/s.exec(text);
  if (match === null) return { kind: "leaf" };
  return { kind: match[2] === "!" ? "not" : "inner", pieces: [{ text: match[3]!, offset: match[1]!.length }] };
}

/** Parentheses and joints outside of strings: `"…"` with escapes, `r#"…"#` without. */
function* tokens(text: string): Generator<Token> {
  const pattern = /r#"|["()]|&&|\|\|/g;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const kind = match[0];
    if (kind === "(" || kind === ")" || kind === "&&" || kind === "||") {
      yield { kind, at: match.index };
      continue;
    }
    const end = kind === '"' ? endOfString(text, pattern.lastIndex) : text.indexOf('"#', pattern.lastIndex) + 1;
    if (end <= 0) {
      yield { kind: "unterminated", at: text.length };
      return;
    }
    pattern.lastIndex = end + 1;
  }
}

/** The place of the quote that ends a string; -1 when none does. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** Joins neighbouring pieces again while they have no more than `most` joints together, with the text between them. */
export function chunks(text: string, pieces: readonly Piece[], most: number): readonly Piece[] {
  const out: Piece[] = [];
  let joints = 0;
  for (const piece of pieces) {
    const last = out.at(-1);
    const more = sizeOf(piece.text).joints + 1;
    if (last !== undefined && joints + more <= most) {
      out[out.length - 1] = { text: text.slice(last.offset, piece.offset + piece.text.length), offset: last.offset };
      joints += more;
    } else {
      out.push(piece);
      joints = more;
    }
  }
  return out;
}
