import { describe, expect, expectTypeOf, test } from "vitest";
import type { CommandName } from "./flag.ts";
import type { NamespacedName } from "./names.ts";
import { type Environment, isSet, type ParsedFlags, parseFlags } from "./parse.ts";
import { scanArguments } from "./scan.ts";
import type { FlagValues } from "./table.ts";

function parse(argv: readonly string[], environment: Environment = {}, command: CommandName = "run"): ParsedFlags {
  const line = scanArguments(argv);
  if ("cause" in line) throw new Error(line.cause);
  const flags = parseFlags(command, line.value.assignments, environment);
  if ("cause" in flags) throw new Error(flags.cause);
  return flags.value;
}

const value = <K extends keyof FlagValues>(name: K, argv: readonly string[], environment: Environment = {}) =>
  parse(argv, environment).values[name];

test("each value has the type of its flag", () => {
  const { values } = parse([]);
  expectTypeOf(values["kong-admin-svc"]).toEqualTypeOf<NamespacedName | undefined>();
  expectTypeOf(values["kong-client-initial-delay"]).toEqualTypeOf<number>();
  expectTypeOf(values["kong-admin-url"]).toEqualTypeOf<readonly string[]>();
  expectTypeOf(values["log-level"]).toEqualTypeOf<"trace" | "debug" | "info" | "error">();
  expectTypeOf(values.output).toEqualTypeOf<"yaml" | "json">();
  expectTypeOf(values.profiling).toEqualTypeOf<boolean>();
});

describe("command line", () => {
  test("--flag=value, --flag value, in any order with words", () => {
    expect(value("ingress-class", ["--ingress-class=a"])).toBe("a");
    expect(value("ingress-class", ["x", "--ingress-class", "a", "y"])).toBe("a");
  });
  test("the value may hold equals signs, be empty, or look like a flag", () => {
    expect(value("ingress-class", ["--ingress-class=a=b"])).toBe("a=b");
    expect(value("ingress-class", ["--ingress-class="])).toBe("");
    expect(value("ingress-class", ["--ingress-class", ""])).toBe("");
    expect(value("ingress-class", ["--ingress-class", "--profiling"])).toBe("--profiling");
  });
  test("a switch takes a value only behind an equals sign", () => {
    expect(value("profiling", ["--profiling"])).toBe(true);
    expect(value("update-status", ["--update-status=false"])).toBe(false);
    const line = scanArguments(["--profiling", "false"]);
    expect(line).toEqual({
      value: { assignments: [{ name: "profiling", text: "true" }], words: ["false"], help: false },
    });
  });
  test("short flags: -f x, -fx, -f=x", () => {
    for (const argv of [["-f", "x"], ["-fx"], ["-f=x"]])
      expect(parse(argv, {}, "translate").values.file).toEqual(["x"]);
    expect(parse(["-f="], {}, "translate").values.file).toEqual(["="]);
    expect(parse(["-f", "-", "-f", "a,b"], {}, "translate").values.file).toEqual(["-", "a,b"]);
  });
  test("-- ends the flags, - is a word", () => {
    expect(scanArguments(["-", "--profiling", "--", "--nonsense", "--"])).toMatchObject({
      value: { words: ["-", "--nonsense", "--"] },
    });
  });
  test("-h and --help are noticed", () => {
    expect(scanArguments(["translate", "-h"])).toMatchObject({ value: { help: true, words: ["translate"] } });
    expect(scanArguments(["--help"])).toMatchObject({ value: { help: true } });
  });
  test("the last value counts; lists grow, and their first value replaces the default", () => {
    expect(value("ingress-class", ["--ingress-class=a", "--ingress-class=b"])).toBe("b");
    expect(value("kong-admin-url", ["--kong-admin-url=http://a,http://b", "--kong-admin-url", "http://c"])).toEqual([
      "http://a",
      "http://b",
      "http://c",
    ]);
    expect(value("kong-admin-filter-tag", ["--kong-admin-filter-tag="])).toEqual([]);
  });
  test("feature gates of several flags come together", () => {
    const gates = value("feature-gates", ["--feature-gates=FillIDs=false", "--feature-gates=KongCustomEntity=false"]);
    expect(Object.fromEntries(gates)).toEqual({ FillIDs: false, KongCustomEntity: false });
  });
});

describe("a command line that is wrong", () => {
  test.each([
    [["--kong-admin-ulr=http://a"], "unknown flag --kong-admin-ulr; did you mean --kong-admin-url?"],
    [["--frobnicate"], "unknown flag --frobnicate"],
    [["--CONTROLLER_LOG_LEVEL=info"], "unknown flag --CONTROLLER_LOG_LEVEL; did you mean --log-level?"],
    [["-kong-admin-url=http://a"], "unknown flag -k; did you mean --kong-admin-url?"],
    [["-q"], "unknown flag -q"],
    [["---x"], "---x is no flag"],
    [["--=x"], "-- is no flag"],
    [["--log-level"], "--log-level needs a value"],
    [["-f"], "-f needs a value"],
    [["--proxy-sync-seconds=fast"], 'invalid argument "fast" for "--proxy-sync-seconds" flag: expected a number'],
    [["--profiling=maybe"], 'invalid argument "maybe" for "--profiling" flag: expected true or false'],
    [
      ["--kong-client-max-retries=-1"],
      'invalid argument "-1" for "--kong-client-max-retries" flag: it must not be negative',
    ],
    [["--kong-client-initial-delay=-1s"], /must not be negative$/],
    [["--kong-client-max-delay", "-1s"], /must not be negative$/],
    [["--file=x"], "run has no flag --file; it belongs to translate"],
  ])("%j", (argv, message) => expect(() => parse(argv)).toThrow(message));

  test("no value of a secret is quoted, nor a password in an URL", () => {
    expect(() => parse(['--kong-admin-header=X:hunter2"'])).toThrow(
      'invalid argument (not shown) for "--kong-admin-header" flag: it cannot be read as a list',
    );
    expect(() => parse(["--kong-admin-tokn=hunter2"])).toThrow(/^((?!hunter2).)*$/);
    expect(() => parse(["--kong-admin-url=ftp://me:hunter2@host"])).toThrow(/^((?!hunter2).)*$/);
  });
});

describe("environment", () => {
  test("every flag has its variable, hidden and deprecated ones too", () => {
    expect(value("kong-admin-url", [], { CONTROLLER_KONG_ADMIN_URL: "http://a,http://b" })).toEqual([
      "http://a",
      "http://b",
    ]);
    expect(value("force-leader-election", [], { CONTROLLER_FORCE_LEADER_ELECTION: "enabled" })).toBe("enabled");
    expect(value("kong-admin-init-retries", [], { CONTROLLER_KONG_ADMIN_INIT_RETRIES: "5" })).toBe(5);
  });
  test("a variable sets the whole list, and does not add to the command line's", () => {
    const environment = { CONTROLLER_WATCH_NAMESPACE: "c" };
    expect(value("watch-namespace", [], environment)).toEqual(["c"]);
    expect(value("watch-namespace", ["--watch-namespace=a", "--watch-namespace=b"], environment)).toEqual(["a", "b"]);
  });
  test("the command line wins, and the variable is not even read", () => {
    expect(value("proxy-sync-seconds", ["--proxy-sync-seconds=5"], { CONTROLLER_PROXY_SYNC_SECONDS: "x" })).toBe(5);
  });
  test("an empty variable is an empty text, and an empty list", () => {
    expect(value("ingress-class", [], { CONTROLLER_INGRESS_CLASS: "" })).toBe("");
    expect(value("kong-admin-filter-tag", [], { CONTROLLER_KONG_ADMIN_FILTER_TAG: "" })).toEqual([]);
    expect(value("feature-gates", [], { CONTROLLER_FEATURE_GATES: "" }).size).toBe(0);
  });
  test.each([
    "CONTROLLER_PROFILING",
    "CONTROLLER_APISERVER_QPS",
    "CONTROLLER_PROXY_SYNC_SECONDS",
    "CONTROLLER_SYNC_PERIOD",
    "CONTROLLER_PUBLISH_SERVICE",
    "CONTROLLER_LOG_LEVEL",
    "CONTROLLER_METRICS_ACCESS_FILTER",
    "CONTROLLER_KONG_ADMIN_INIT_RETRIES",
  ])("an empty %s is refused", (variable) =>
    expect(() => parse([], { [variable]: "" })).toThrow(`variable ${variable}: invalid argument "" for "--`),
  );
  test("variables are read in the order of the flags' names: the first wrong one is named", () => {
    expect(() => parse([], { CONTROLLER_TERM_DELAY: "x", CONTROLLER_APISERVER_QPS: "x" })).toThrow(/APISERVER_QPS/);
  });
  test("other variables of that form are nobody's", () => {
    expect(parse([], { CONTROLLER_PORT_8001_TCP: "x", CONTROLLER_: "y" }).sources.size).toBe(0);
  });
  test("a command reads only the variables of its own flags", () => {
    expect(parse([], { CONTROLLER_PROFILING: "" }, "version").sources.size).toBe(0);
  });
});

describe("two names for one value", () => {
  const id = (argv: readonly string[], environment: Environment = {}) =>
    value("konnect-control-plane-id", argv, environment);
  const [current, former] = ["--konnect-control-plane-id=new", "--konnect-runtime-group-id=old"];
  const variables = { CONTROLLER_KONNECT_CONTROL_PLANE_ID: "env-new", CONTROLLER_KONNECT_RUNTIME_GROUP_ID: "env-old" };

  test("the former name sets it", () => expect(id([former])).toBe("old"));
  test("on the command line the later one counts", () => {
    expect(id([current, former])).toBe("old");
    expect(id([former, current])).toBe("new");
  });
  test("in the environment the former one counts: it is visited later", () =>
    expect(id([], variables)).toBe("env-old"));
  test("the former one's variable is visited after the command line", () =>
    expect(id([current], variables)).toBe("env-old"));
  test("the current one's variable too", () => expect(id([former], variables)).toBe("env-new"));
});

test("what somebody set is known, also where it equals the default", () => {
  const flags = parse(["--log-level=info"], { CONTROLLER_INGRESS_CLASS: "kong" });
  expect(flags.sources.get("log-level")).toBe("command line");
  expect(flags.sources.get("ingress-class")).toBe("environment");
  expect(isSet(flags, "log-format")).toBe(false);
});
