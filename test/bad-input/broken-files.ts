import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ingress, service } from "./manifests.ts";

/** Something in a folder of manifests that is no good. */
export interface BrokenFile {
  readonly name: string;
  /** What the file holds; or something else that is put there. */
  readonly content: string | Uint8Array | ((path: string) => void);
  /** What is said, each in one line: of the file, from its line on or without one. */
  readonly said: readonly RegExp[];
}

const PLUGIN = "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\n";
/** A thousand million values, were it read. */
const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((key, i) => `${key}: &${key} [${Array(10).fill(`*${"abcdefgh"[i]}`).join()}]`),
].join("\n");

/** What no reader of YAML or JSON can make an object of. */
const UNREADABLE: readonly BrokenFile[] = [
  { name: "unclosed.yaml", content: "apiVersion: v1\nkind: Service\nmetadata: {name: x\n", said: [/:4: .*bracket/] },
  { name: "tabs.yaml", content: "kind: Service\nmetadata:\n\tname: x\n", said: [/:3: .*a tab/] },
  { name: "half.json", content: '{"apiVersion":"v1","kind":"Service",', said: [/:1: .*\[document-malformed]/] },
  { name: "doubled.yaml", content: `${service("d")}spec: {}\n`, said: [/:5: .*"spec" stands twice/] },
  { name: "binary.yaml", content: Uint8Array.of(0xff, 0xd8, 0, 1, 2, 3), said: [/cannot be read: it is not UTF-8/] },
  { name: "utf16.yaml", content: Buffer.from(service("u"), "utf16le"), said: [/\[(document-malformed|kind-unknown)]/] },
  { name: "nul.yaml", content: "apiVersion: v1\u0000\nkind: Service\n", said: [/:2: .*Service/] },
  { name: "words.yaml", content: "not an object\n", said: [/:1: .*no Kubernetes object/] },
  { name: "number.json", content: "42", said: [/:1: .*no Kubernetes object/] },
  { name: "list.yaml", content: "- kind: Service\n", said: [/:1: .*no Kubernetes object/] },
  { name: "deep.json", content: "[".repeat(100_000) + "]".repeat(100_000), said: [/:1: .*nested/] },
  { name: "deep.yaml", content: `a: ${"- ".repeat(20_000)}b`, said: [/:1: .*\[document-malformed]/] },
  { name: "bomb.yaml", content: BOMB, said: [/aliases stand for too many values/] },
  { name: "itself.yaml", content: (path) => symlinkSync("itself.yaml", path), said: [/too many symbolic links/] },
  { name: "pipe.yaml", content: (path) => void execFileSync("mkfifo", [path]), said: [/it is no regular file/] },
  { name: "dangling.yaml", content: (path) => symlinkSync("nowhere.yaml", path), said: [/a link to nothing/] },
];

/** What reads well, and is still not what it should be. */
const WRONG: readonly BrokenFile[] = [
  {
    name: "names.yaml",
    content: [
      "apiVersion: v1\nkind: Service\nmetadata: {namespace: shop}\n",
      "apiVersion: v1\nkind: Service\nmetadata: {name: 123, namespace: on}\n",
      "apiVersion: v1\nkind: Service\nmetadata: null\n",
      "kind: Service\n",
      "apiVersion: v1\nkind: Servce\nmetadata: {name: x}\n",
      "apiVersion: configuration.konghq.com/v3\nkind: KongPlugin\nmetadata: {name: x}\n",
    ].join("---\n"),
    said: [
      /:3: .*metadata\.name: is required/,
      /:7: .*metadata\.name: must be a string/,
      /:7: .*metadata\.namespace: must be a string/,
      /:11: .*metadata/,
      /:13: .*no Kubernetes object/,
      /:16: .*is Service meant/,
      /:20: .*KongPlugin is read at configuration\.konghq\.com\/v1/,
    ],
  },
  {
    name: "annotations.yaml",
    content: ingress("unquoted", "unquoted.test", { annotations: { "konghq.com/strip-path": true, big: [] } }),
    said: [/konghq\.com\/strip-path"\]: must be a string/, /annotations\.big: must be a string/],
  },
  {
    name: "prototypes.yaml",
    content: `${PLUGIN}metadata: {name: prototypes, namespace: shop}\nplugin: key-auth\nconfig: {__proto__: {a: 1}, constructor: {prototype: {a: 1}}, toString: 1}\n`,
    said: [
      /:5: .*KongPlugin shop\/prototypes config\.__proto__: .*unknown field/,
      /:5: .*config\.constructor: .*unknown field/,
      /:5: .*config\.toString: .*unknown field/,
    ],
  },
  {
    name: "deep-config.yaml",
    content: `${PLUGIN}metadata: {name: deep, namespace: shop}\nplugin: key-auth\nconfig: ${"{a: ".repeat(400)}1${"}".repeat(400)}\n`,
    said: [/:5: .*KongPlugin shop\/deep config\.a: .*unknown field/],
  },
  { name: "twice-a.yaml", content: service("twice"), said: [] },
  { name: "twice-b.yaml", content: service("twice"), said: [/:1: .*Service shop\/twice stands at .*twice-a\.yaml:1/] },
];

/** What only looks bad: nothing is said, and hosts below `.fine.test` are served. */
const FINE: readonly BrokenFile[] = [
  { name: "empty.yaml", content: "", said: [] },
  { name: "blank.yaml", content: "\n---\n# nothing\n---\n...\n---\n---\n", said: [] },
  { name: "crlf.yaml", content: ingress("crlf", "crlf.fine.test").replaceAll("\n", "\r\n"), said: [] },
  { name: "bom.yaml", content: `\uFEFF${ingress("bom", "bom.fine.test")}`, said: [] },
  { name: "dots.yaml", content: ingress("with.dots.x", "dots.fine.test"), said: [] },
  {
    name: "large.yaml",
    content: ingress("large", "large.fine.test", { annotations: { large: "x".repeat(300_000) } }),
    said: [],
  },
  {
    name: "keys.yaml",
    content: ingress("keys", "keys.fine.test", {
      labels: JSON.parse('{"__proto__":"a","constructor":"b"}') as object,
      annotations: JSON.parse('{"__proto__":"a","constructor":"b","konghq.com/__proto__":"c"}') as object,
    }),
    said: [],
  },
  {
    name: "many.yaml",
    content: `kind: List\napiVersion: v1\nitems:\n${Array.from({ length: 1500 }, (_, i) => `- ${JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: `m${i}`, namespace: "shop" }, spec: {} })}`).join("\n")}\n`,
    said: [],
  },
  { name: "above", content: (path) => symlinkSync("..", path), said: [] },
  { name: "folder.yaml", content: (path) => mkdirSync(path), said: [] },
  { name: "notes.txt", content: "kind: [", said: [] },
];

export const BROKEN_FILES: readonly BrokenFile[] = [...UNREADABLE, ...WRONG, ...FINE];

/** The hosts of what only looks bad. */
export const FINE_HOSTS: readonly string[] = ["crlf", "bom", "dots", "large", "keys"].map(
  (name) => `${name}.fine.test`,
);

/** Puts it into a folder. */
export function writeBrokenFile(folder: string, { name, content }: BrokenFile): void {
  const path = join(folder, name);
  if (typeof content === "function") content(path);
  else writeFileSync(path, content);
}
