import { describe, expect, test } from "vitest";
import { wrongImports } from "./import-rules.ts";

const importing = (path: string, ...specifiers: readonly string[]) =>
  wrongImports([{ path, text: specifiers.map((specifier) => `import { x } from "${specifier}";\n`).join("") }]);

describe("may be imported", () => {
  test.each([
    ["src/kong/ids.ts", "../base/problem.ts"],
    ["src/kong/ids.ts", "./entities.ts"],
    ["src/kong/schema/check.ts", "../entities.ts"],
    ["src/translate/link/rules.ts", "../../store/view.ts"],
    ["src/resources/kind.ts", "../kubernetes/path.ts"],
    ["src/gateways/push.ts", "../sync/gateway.ts"],
    ["src/cli/run.ts", "../preview/main.ts"],
    ["src/preview/main.ts", "../kong/ids.ts"],
    ["src/main.ts", "./cli/dispatch.ts"],
    ["src/main.ts", "./base/clock.ts"],
    ["src/sync/sync.ts", "undici"],
    ["src/sync/sync.ts", "node:fs"],
    ["src/cli/version.ts", "../../package.json"],
    ["src/sync/sync.test.ts", "../base/manual-clock.ts"],
    ["src/sync/rig.ts", "../base/manual-clock.ts"],
    ["test/start-up.test.ts", "../src/cli/run.ts"],
    ["bench/main.ts", "../src/base/manual-clock.ts"],
  ])("by %s: %s", (path, specifier) => expect(importing(path, specifier)).toEqual([]));
});

describe("must not be imported", () => {
  test.each([
    ["src/base/log.ts", "../kong/ids.ts", "base/ may import nothing"],
    ["src/kubernetes/client.ts", "../kong/ids.ts", "kubernetes/ may import only base/"],
    ["src/kong/ids.ts", "../kubernetes/client.ts", "kong/ may import only base/"],
    ["src/preview/main.ts", "../resources/kind.ts", "preview/ may import only base/, kong/"],
    ["src/preview/main.ts", "../translate/compiler.ts", "preview/ may import only base/, kong/"],
    ["src/sync/sync.ts", "../gateways/push.ts", "sync/ may import only base/"],
    ["src/store/view.ts", "../translate/compiler.ts", "store/ may import only"],
    ["src/translate/link/rules.ts", "../../sync/sync.ts", "translate/ may import only"],
    ["src/server/health.ts", "../cli/run.ts", "server/ may import only"],
    ["src/main.ts", "./sync/sync.ts", "a file beside the folders may import only base/, cli/"],
    ["src/cli/run.ts", "../main.ts", "nothing imports what is not in a folder"],
    ["src/cli/run.ts", "../../scripts/build.ts", "outside of src/"],
    ["src/sync/sync.test.ts", "../../test/support/cluster.ts", "outside of src/"],
    ["src/sync/sync.test.ts", "../gateways/push.ts", "sync/ may import only"],
    ["src/helpers/x.ts", "../base/log.ts", "helpers/ is no folder of the design"],
    ["src/cli/run.ts", "../helpers/x.ts", "nothing imports what is not in a folder"],
  ])("by %s: %s", (path, specifier, reason) =>
    expect(importing(path, specifier)).toEqual([expect.stringContaining(reason)]),
  );
});

describe("what is for tests only", () => {
  const tree = (main: string) => [
    { path: "src/main.ts", text: main },
    { path: "src/cli/run.ts", text: 'import { rig } from "../sync/rig.ts";\n' },
    { path: "src/cli/run.test.ts", text: 'import { rig } from "../sync/rig.ts";\nimport { run } from "./run.ts";\n' },
    { path: "src/sync/rig.ts", text: 'import { ManualClock } from "../base/manual-clock.ts";\n' },
    { path: "src/base/manual-clock.ts", text: "" },
  ];
  test("may be shared among tests", () => expect(wrongImports(tree(""))).toEqual([]));
  test("must not be needed by the product, over whatever way", () =>
    expect(wrongImports(tree('const { run } = await import("./cli/run.ts");\n'))).toEqual([
      "src/sync/rig.ts:1: imports src/base/manual-clock.ts: that file is for tests only",
    ]));
  test("nor is a test", () =>
    expect(wrongImports(tree('import "./cli/run.test.ts";\n'))[0]).toBe(
      "src/main.ts:1: imports src/cli/run.test.ts: that file is for tests only",
    ));
});

test.each([
  'import "../kong/ids.ts";',
  'import type { Id } from "../kong/ids.ts";',
  'import {\n  type Id,\n  id,\n} from "../kong/ids.ts";',
  "import * as ids from '../kong/ids.ts';",
  'export * from "../kong/ids.ts";',
  'export { id } from "../kong/ids.ts";',
  '  const { id } = await import("../kong/ids.ts");',
  'type Id = import("../kong/ids.ts").Id;',
])("every form of import is seen: %s", (text) =>
  expect(wrongImports([{ path: "src/base/log.ts", text: `// one\n${text}\n` }])).toEqual([
    "src/base/log.ts:2: imports src/kong/ids.ts: base/ may import nothing",
  ]),
);

test.each([
  ' * import { id } from "../kong/ids.ts";',
  '// import { id } from "../kong/ids.ts";',
  "  \"import { id } from '../kong/ids.ts'\",",
])("what only looks like one is not: %s", (text) =>
  expect(wrongImports([{ path: "src/base/log.ts", text: `${text}\n` }])).toEqual([]),
);

test("each wrong import is told, with its line", () => {
  const text = 'import { a } from "../kong/a.ts";\nimport { b } from "./b.ts";\nimport { c } from "../cli/c.ts";\n';
  expect(wrongImports([{ path: "src/base/log.ts", text }])).toEqual([
    expect.stringMatching(/^src\/base\/log.ts:1: /),
    expect.stringMatching(/^src\/base\/log.ts:3: /),
  ]);
});
