/** The glue of @kong/atc-router, as far as Silverback uses it. The package's own entry cannot be loaded in Node. */
declare module "@kong/atc-router/atc-router_bg.js" {
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;

  export type FieldType = "String" | "Int" | "IpAddr";
  export type FieldValue = { readonly String: string } | { readonly Int: number } | { readonly IpAddr: string };

  export class Schema {
    addField(field: string, type: FieldType): void;
    free(): void;
  }

  export type Ast =
    | { readonly Predicate: { readonly lhs: { readonly var_name: string } } }
    | { readonly Logical: { readonly And: readonly Ast[] } | { readonly Or: readonly Ast[] } | { readonly Not: Ast } };

  export interface ParseError {
    readonly variant: { readonly parsingError?: string; readonly customError?: string };
    readonly lineCol: {
      readonly pos?: readonly [number, number];
      readonly span?: readonly [readonly [number, number], readonly [number, number]];
    };
  }

  export type ParseResult =
    | { readonly status: "ok"; readonly expression: Ast }
    | { readonly status: "parseError"; readonly parseError: ParseError }
    | { readonly status: "validationError"; readonly expression: Ast; readonly validationError: string };

  export const Parser: { parse(expression: string, schema: Schema): ParseResult };

  export class Router {
    constructor(schema: Schema);
    /** Returns what is wrong, if anything. Traps on an id that is no UUID. */
    addMatcher(priority: number, uuid: string, expression: string): string | undefined;
    execute(context: Context): boolean;
    free(): void;
  }

  export class Context {
    constructor(schema: Schema);
    /** Traps on a field that the schema lacks, and on a value of another type. */
    addValue(field: string, value: FieldValue): void;
    free(): void;
  }
}

/** What lib.dom would declare: Node has it, but its types name only the interfaces. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Exports;
  }
}
