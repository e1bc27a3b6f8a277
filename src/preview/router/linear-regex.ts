import { test as predicate, printExpression } from "../../kong/expression.ts";
import type { Context, Matcher, RouterEngine } from "../../kong/router-engine.ts";

/** Regular expressions as the gateway's own engine runs them: in time linear in the text, whatever the pattern. */
export class LinearRegexes {
  readonly #engine: RouterEngine;
  readonly #matchers: Matcher[] = [];
  /** The text that was asked about last: many routes ask about the same one. */
  #text: string | undefined;
  #context: Context | undefined;

  constructor(engine: RouterEngine) {
    this.#engine = engine;
  }

  /** Whether a text holds a match of the pattern; undefined for a pattern that the engine does not take. */
  compile(pattern: string): ((text: string) => boolean) | undefined {
    // Any field of text serves.
    const expression = printExpression(predicate("http.path", "~", pattern));
    if (this.#engine.check(expression, "http") !== undefined) return undefined;
    const matcher = this.#engine.matcher(expression, "http");
    this.#matchers.push(matcher);
    return (text) => matcher.matches(this.#contextOf(text));
  }

  free(): void {
    for (const matcher of this.#matchers.splice(0)) matcher.free();
    this.#context?.free();
    this.#context = undefined;
    this.#text = undefined;
  }

  #contextOf(text: string): Context {
    if (this.#context !== undefined && this.#text === text) return this.#context;
    this.#context?.free();
    this.#context = this.#engine.context("http", { "http.path": text });
    this.#text = text;
    return this.#context;
  }
}
