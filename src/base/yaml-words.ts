/** What is wrong with a text that is no YAML, by the parser's code. The parser's own texts quote the source, which may be secret. */
export function parserMistake(code: string): string {
  return MISTAKES[code] ?? "this is no valid YAML";
}

const MISTAKES: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "an alias cannot have a tag or an anchor of its own",
  BAD_ALIAS: "the name of an anchor or alias is not valid",
  BAD_DIRECTIVE: "the %-directive is not valid",
  BAD_DQ_ESCAPE:
    "a backslash in a double-quoted text begins an escape that does not exist; use single quotes, or double it",
  BAD_INDENT: "the indentation fits nothing above, or a bracket is not closed",
  BAD_PROP_ORDER: "anchors and tags stand before the indicators of their value",
  BAD_SCALAR_START: "a text that begins with @ or ` must be in quotes",
  BLOCK_AS_IMPLICIT_KEY: "there are two keys on one line, or a value is indented that already stands behind its key",
  BLOCK_IN_FLOW: "inside of brackets only bracketed lists and maps can stand",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters; is a colon missing?",
  MISSING_CHAR: "a character is missing: a closing quote or bracket, or the colon behind a key",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line; is a colon missing?",
  MULTIPLE_ANCHORS: "a value can have only one anchor",
  MULTIPLE_TAGS: "a value can have only one tag",
  TAB_AS_INDENT: "a tab is used for indentation; use blanks",
  TAG_RESOLVE_FAILED: "the tag is not valid",
  UNEXPECTED_TOKEN: "something stands where nothing can; is a quote, a comma or a line break missing?",
};
