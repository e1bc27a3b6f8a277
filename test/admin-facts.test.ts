import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";

const folder = fileURLToPath(new URL("../../shared/facts/kong-3.9/", import.meta.url));
const there = existsSync(folder);
const names = there ? readdirSync(`${folder}errors`) : [];

function fact(path: string): unknown {
  const text = readFileSync(`${folder}${path}`, "utf8");
  return text.startsWith("<") ? text : (JSON.parse(text) as unknown);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(
  preview: Preview,
  method: string,
  path: string,
  body?: string,
  type = "application/json",
): Promise<Answer> {
  const got = await fetch(`${preview.adminUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body, headers: { "content-type": type } }),
  });
  const text = await got.text();
  return { status: got.status, body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text };
}

/** What OpenSSL says differs with its version, as ids that were drawn and times do. */
function normal(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => (key === "created_at" || key === "updated_at" ? undefined : item))
      .replace(/(x509\.new|pkey\.new:load_key): [^"\\]*/g, "$1: …")
      .replaceAll("\r", ""),
  ) as unknown;
}

describe.skipIf(!there)("the Admin API beside the recorded answers of a real gateway", () => {
  let preview: Preview;
  let expressions: Preview;
  beforeAll(async () => {
    preview = await startPreview();
    expressions = await startPreview({ flavor: "expressions" });
  });
  afterAll(async () => {
    await preview.close();
    await expressions.close();
  });

  const documents = names
    .filter((name) => name.endsWith(".request.json"))
    .map((name) => name.replace(".request.json", ""));
  test.each(documents)("POST /config: %s", async (name) => {
    const request = readFileSync(`${folder}errors/${name}.request.json`, "utf8");
    for (const form of ["flat", "plain"]) {
      const file = names.find((one) => one.startsWith(`${name}.${form}.`))!;
      const query = form === "flat" ? "?check_hash=1&flatten_errors=1" : "";
      const got = await ask(preview, "POST", `/config${query}`, request);
      expect(got.status).toBe(Number(/\.(\d+)\.json$/.exec(file)![1]));
      if (got.status !== 201) expect(normal(got.body)).toEqual(normal(fact(`errors/${file}`)));
    }
  });

  test("POST /config: a bad expression, under that flavour", async () => {
    const request = readFileSync(`${folder}flavor-expressions/bad-expression.request.json`, "utf8");
    const got = await ask(expressions, "POST", "/config?flatten_errors=1", request);
    expect(got).toEqual({ status: 400, body: fact("flavor-expressions/bad-expression.flat.400.json") });
  });

  test.each([
    ["bad_json", '{"a":', undefined],
    ["empty_body", "", undefined],
    ["json_array", "[]", undefined],
    ["no_format_version", "{}", undefined],
    ["text_no_ctype", "a: 1", "text/plain"],
    [
      "config_string_bad",
      JSON.stringify({ config: '{"_format_version":"3.0","services":[{"name":"a","host":"b","port":-1}]}' }),
      undefined,
    ],
  ])("POST /config: %s", async (name, body, type) => {
    for (const form of ["flat", "plain"]) {
      const file = names.find((one) => one.startsWith(`${name}.${form}.`))!;
      const got = await ask(preview, "POST", `/config${form === "flat" ? "?flatten_errors=1" : ""}`, body, type);
      expect(got.status).toBe(Number(/\.(\d+)\.json$/.exec(file)![1]));
      expect(normal(got.body)).toEqual(normal(fact(`errors/${file}`)));
    }
  });

  test("YAML that cannot be read is refused in the same place", async () => {
    const got = await ask(preview, "POST", "/config", JSON.stringify({ config: "a: [b" }));
    const wanted = fact("errors/config_string_badyaml.plain.400.json") as Readonly<Record<string, unknown>>;
    expect(got.body).toMatchObject({ code: wanted["code"], name: wanted["name"] });
    expect(Object.keys((got.body as { fields: object }).fields)).toEqual(["error"]);
  });

  const service = { name: "echo", host: "127.0.0.1", port: 1, tags: ["b"], id: "11111111-1111-4111-8111-111111111111" };
  test.each([
    ["DELETE", "/services/echo", undefined, "admin_DELETE_services_echo_1.405"],
    ["GET", "/nope", undefined, "admin_GET_nope_1.404"],
    ["GET", "/schemas/nosuch", undefined, "admin_GET_schemas_nosuch_1.404"],
    ["GET", "/schemas/plugins/nosuch", undefined, "admin_GET_schemas_plugins_nosuch_1.404"],
    ["GET", "/services/none", undefined, "admin_GET_services_none_1.404"],
    ["GET", "/services?offset=xx", undefined, "admin_GET_services_offset-xx_1.200"],
    ["GET", "/services?size=0", undefined, "admin_GET_services_size-0_1.400"],
    ["PATCH", "/services/echo", { retries: 1 }, "admin_PATCH_services_echo_1.405"],
    ["POST", "/schemas/plugins/validate", { name: "key-auth" }, "admin_POST_schemas_plugins_validate_1.200"],
    [
      "POST",
      "/schemas/plugins/validate",
      { name: "rate-limiting", config: { minute: "x" } },
      "admin_POST_schemas_plugins_validate_1.400",
    ],
    ["POST", "/schemas/routes/validate", { paths: ["/a"] }, "admin_POST_schemas_routes_validate_1.200"],
    ["POST", "/schemas/routes/validate", { paths: ["nope"] }, "admin_POST_schemas_routes_validate_1.400"],
    ["POST", "/schemas/services/validate", {}, "admin_POST_schemas_services_validate_1.400"],
    ["POST", "/services", { host: "a" }, "admin_POST_services_1.405"],
    ["PUT", "/config", {}, "admin_PUT_config_1.405"],
    ["PUT", "/services/zz", { host: "a" }, "admin_PUT_services_zz_1.405"],
  ])("%s %s", async (method, path, body, file) => {
    await ask(preview, "POST", "/config", JSON.stringify({ _format_version: "3.0", services: [service] }));
    const got = await ask(preview, method, path, body === undefined ? undefined : JSON.stringify(body));
    expect(got).toEqual({ status: Number(file.split(".")[1]), body: fact(`errors/${file}.json`) });
  });

  test("a page of a list is cut before tags are looked at", async () => {
    const other = { ...service, name: "other", id: "22222222-2222-4222-8222-222222222222" };
    await ask(preview, "POST", "/config", JSON.stringify({ _format_version: "3.0", services: [service, other] }));
    const { body } = await ask(preview, "GET", "/services?tags=a,b&size=1");
    expect(body).toMatchObject({
      data: [],
      next: expect.stringMatching(/^\/services\?offset=[\w-]+&tags=a%2Cb&size=1$/),
    });
  });

  test("the list of endpoints", async () => {
    expect((await ask(preview, "GET", "/endpoints")).body).toEqual(fact("endpoints.json"));
  });

  test.each(there ? readdirSync(`${folder}schemas`).filter((name) => name.endsWith(".json")) : [])(
    "the schema %s has the same fields",
    async (file) => {
      const { body } = await ask(preview, "GET", `/schemas/${file.replace(".json", "")}`);
      expect(fieldNames(body)).toEqual(fieldNames(fact(`schemas/${file}`)));
    },
  );
});

function fieldNames(schema: unknown): readonly string[] {
  return (schema as { readonly fields: readonly object[] }).fields.flatMap((field) => Object.keys(field)).sort();
}
