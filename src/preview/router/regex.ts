/**
 * Routes are written in the syntax of Rust's `regex` (or PCRE in the flavour `traditional`); JavaScript's is close enough that a translation of what
 * differs does: flags in the middle, `(?P<name>`, anchors and classes by other names, characters that need no escape there.
 */
export function translateRegex(pattern: string): RegExp | undefined {
  try {
    return new RegExp(new Translator(pattern).run(), "v");
  } catch {
    // The schema refuses what the gateway's own engine cannot read; what is left here is only what JavaScript cannot run.
    return undefined;
  }
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t\\x20",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "\\x21-\\x7E",
  lower: "a-z",
  print: "\\x20-\\x7E",
  punct: "\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E",
  space: "\\t\\n\\v\\f\\r\\x20",
  upper: "A-Z",
  word: "0-9A-Z_a-z",
  xdigit: "0-9A-Fa-f",
};

const CLASSES: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]",
  W: "[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]",
  s: "\\p{White_Space}",
  S: "\\P{White_Space}",
};

class Translator {
  readonly #text: string;
  #at = 0;
  /** The flag groups opened in each group that is open, innermost last. */
  readonly #open: string[][] = [[]];

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    let out = "";
    while (this.#at < this.#text.length) out += this.#next();
    return out + ")".repeat(this.#open.at(-1)!.length);
  }

  #next(): string {
    const char = this.#text[this.#at]!;
    if (char === "\\") return this.#escape(false);
    if (char === "[") return this.#class();
    if (char === "(") return this.#group();
    this.#at += 1;
    if (char === ")") return `${")".repeat((this.#open.pop() ?? []).length)})`;
    // Flags hold for the alternatives after them too.
    if (char === "|") {
      const flags = this.#open.at(-1)!;
      return `${")".repeat(flags.length)}|${flags.join("")}`;
    }
    if (char === "{" && !/^\{\d+(,\d*)?\}/.test(this.#text.slice(this.#at - 1))) return "\\{";
    if (char === "{") {
      const end = this.#text.indexOf("}", this.#at);
      const repeat = this.#text.slice(this.#at - 1, end + 1);
      this.#at = end + 1;
      return repeat;
    }
    return char === "}" || char === "]" ? `\\${char}` : char;
  }

  #group(): string {
    const rest = this.#text.slice(this.#at);
    const flags = /^\(\?([a-zA-Z]*(?:-[a-zA-Z]+)?)([:)])/.exec(rest);
    if (flags !== null && flags[1] !== "") {
      this.#at += flags[0].length;
      const known = flags[1]!.replace(/u/g, "").replace(/-$/, "");
      if (/[^ims-]/.test(known)) throw new SyntaxError(`flags ${known}`);
      const opening = known === "" ? "(?:" : `(?${known}:`;
      if (flags[2] === ")") this.#open.at(-1)!.push(opening);
      else this.#open.push([]);
      return opening;
    }
    const named = /^\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(rest);
    const opening = named === null ? (/^\((\?(?:[:=!]|<[=!]|>))?/.exec(rest)?.[0] ?? "(") : named[0];
    this.#at += opening.length;
    this.#open.push([]);
    return named === null ? opening : `(?<${named[1]}>`;
  }

  #escape(inClass: boolean): string {
    const next = this.#text[this.#at + 1];
    if (next === undefined) throw new SyntaxError("nothing behind the backslash");
    const rest = this.#text.slice(this.#at);
    const property = /^\\([pP])(?:\{(\^?)([^}]+)\}|([A-Z]))/.exec(rest);
    if (property !== null) {
      this.#at += property[0].length;
      return unicodeProperty(property[1]!, property[2] === "^", property[3] ?? property[4]!);
    }
    const hex = /^\\[xuU](?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2})(?![0-9A-Fa-f]{2}))/.exec(rest);
    if (hex !== null) {
      this.#at += hex[0].length;
      return `\\u{${hex[1] ?? hex[2]}}`;
    }
    this.#at += 2;
    if (CLASSES[next] !== undefined) return CLASSES[next];
    if (next === "A") return inClass ? "A" : "(?<![\\s\\S])";
    if (next === "z" || next === "Z") return inClass ? next : "(?![\\s\\S])";
    if (next === "a") return "\\x07";
    if (/[A-Za-z0-9]/.test(next)) return `\\${next}`;
    return inClass ? inClassLiteral(next) : /[$()*+./?[\\\]^{|}]/.test(next) ? `\\${next}` : next;
  }

  #class(): string {
    this.#at += 1;
    const negated = this.#text[this.#at] === "^";
    if (negated) this.#at += 1;
    const operands = [""];
    let operator = "";
    const add = (text: string): void => {
      operands.push(operands.pop() + text);
    };
    if (this.#text[this.#at] === "]") {
      add("\\]");
      this.#at += 1;
    }
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new SyntaxError("the class does not end");
      if (char === "]") {
        this.#at += 1;
        const sign = negated ? "^" : "";
        return operator === "" ? `[${sign}${operands[0]}]` : `[${sign}${operands.map((o) => `[${o}]`).join(operator)}]`;
      }
      const rest = this.#text.slice(this.#at);
      const posix = /^\[:(\^?)([a-z]+):\]/.exec(rest);
      const joint = /^(?:&&|--)/.exec(rest)?.[0];
      if (posix !== null) {
        this.#at += posix[0].length;
        add(`[${posix[1]}${POSIX[posix[2]!] ?? ""}]`);
      } else if (char === "[") add(this.#class());
      else if (char === "\\") add(this.#escape(true));
      else if (joint !== undefined) {
        // Without parentheses, operations of one class are all of one kind here.
        if (operator !== "" && operator !== joint) throw new SyntaxError("operations are mixed");
        operator = joint;
        operands.push("");
        this.#at += 2;
      } else {
        add(char === "-" ? (this.#isRange() ? "-" : "\\-") : inClassLiteral(char));
        this.#at += 1;
      }
    }
  }

  /** A dash between two characters makes a range; first or last it is only a dash. */
  #isRange(): boolean {
    const before = this.#text[this.#at - 1];
    const after = this.#text[this.#at + 1];
    return before !== "[" && !(before === "^" && this.#text[this.#at - 2] === "[") && after !== "]" && after !== "[";
  }
}

/** In a class all punctuation may have a backslash, and some of it needs one. */
function inClassLiteral(char: string): string {
  return /[()[\]{}/\-\\|&!#%,:;<=>@`~$*+.?^]/.test(char) ? `\\${char}` : char;
}

function unicodeProperty(letter: string, negated: boolean, name: string): string {
  const p = negated ? (letter === "p" ? "P" : "p") : letter;
  for (const form of [name, `Script=${name}`, `General_Category=${name}`]) {
    try {
      new RegExp(`\\p{${form}}`, "v");
      return `\\${p}{${form}}`;
    } catch {
      // The next way to say it.
    }
  }
  throw new SyntaxError(`property ${name}`);
}
