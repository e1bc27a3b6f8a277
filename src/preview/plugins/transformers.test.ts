import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../test-gateway.ts";

let gateway: TestGateway;

const requests: Readonly<Record<string, object>> = {
  "replace-uri": { replace: { uri: "/fixed path" } },
  captured: { replace: { uri: "/new$(uri_captures[1])/$(uri_captures.id)" } },
  fromHeader: { replace: { uri: "/u/$(headers.x_user)/$(query_params.q)" } },
  broken: { replace: { uri: "/$(os.exit())" } },
  headers: {
    remove: { headers: ["x-gone"] },
    rename: { headers: ["x-old:x-new"] },
    replace: { headers: ["x-here:other", "x-nowhere:other", "host:virtual.example"] },
    add: { headers: ["x-here:ignored", "x-added:$(headers.x_user)", "host:ignored"] },
    append: { headers: ["x-here:more"] },
  },
  query: {
    remove: { querystring: ["gone"] },
    rename: { querystring: ["old:new"] },
    replace: { querystring: ["here:other", "nowhere:other"] },
    add: { querystring: ["here:ignored", "added:a b"] },
    append: { querystring: ["here:more"] },
  },
  body: {
    remove: { body: ["gone"] },
    rename: { body: ["old:new"] },
    replace: { body: ["here:other"] },
    add: { body: ["added:1"] },
    append: { body: ["here:more"] },
  },
  method: { http_method: "GET" },
};

beforeAll(async () => {
  gateway = await startTestGateway();
  const routes = Object.entries(requests).map(([name, config]) => ({
    name,
    paths: [name === "captured" ? "~/captured(/[a-z]+)/(?<id>\\d+)" : `/${name}`],
    plugins: [{ name: "request-transformer", config }],
  }));
  const response = {
    name: "response",
    paths: ["/response"],
    plugins: [
      {
        name: "response-transformer",
        config: {
          remove: { headers: ["x-gone"], json: ["gone"] },
          rename: { headers: ["x-old:x-new"], json: ["old:new"] },
          replace: { headers: ["x-here:other"], json: ["here:2"], json_types: ["number"] },
          add: { headers: ["x-added:a"], json: ["added:true"], json_types: ["boolean"] },
          append: { headers: ["x-here:more"], json: ["list:b"] },
        },
      },
    ],
  };
  await gateway.load({
    services: [{ name: "echo", host: "127.0.0.1", port: gateway.port, routes: [...routes, response] }],
  });
});

afterAll(() => gateway.close());

describe("request-transformer", () => {
  test("puts another path in the place of the request's, and keeps the query", async () => {
    expect((await gateway.ask("/replace-uri/x?a=1")).seen?.url).toBe("/fixed%20path?a=1");
  });

  test("fills in what the route's expression caught", async () => {
    expect((await gateway.ask("/captured/abc/17")).seen?.url).toBe("/new/abc/17");
  });

  test("fills in headers and arguments", async () => {
    expect((await gateway.ask("/fromHeader?q=7", { headers: { "X-User": "ann" } })).seen?.url).toBe("/u/ann/7?q=7");
  });

  test("fails as Kong does on a template that it may not run", async () => {
    const got = await gateway.ask("/broken");
    expect([got.status, got.seen]).toEqual([500, undefined]);
  });

  test("removes, renames, replaces, adds and appends headers in this order", async () => {
    const { seen } = await gateway.ask("/headers", {
      headers: { "x-gone": "1", "x-old": "2", "x-here": "3", "x-user": "ann" },
    });
    expect(seen?.headers).toMatchObject({
      "x-new": "2",
      "x-here": "other, more",
      "x-added": "ann",
      host: "virtual.example",
    });
    for (const name of ["x-gone", "x-old", "x-nowhere"]) expect(seen?.headers).not.toHaveProperty(name);
  });

  test("the same for arguments", async () => {
    const { seen } = await gateway.ask("/query?gone=1&old=2&here=3&kept=4");
    expect(seen?.url).toBe("/?here=other&kept=4&new=2&added=a%20b&here=more");
  });

  test.each([
    ["application/json", '{"gone":1,"old":2,"here":3}', { new: 2, here: ["other", "more"], added: "1" }],
    ["application/x-www-form-urlencoded", "gone=1&old=2&here=3", "here=other&here=more&new=2&added=1"],
    ["text/plain", "gone=1", "gone=1"],
    ["application/json", "no json", "no json"],
  ])("the same for a body of %s", async (type, body, wanted) => {
    const { seen } = await gateway.ask("/body", { method: "POST", headers: { "content-type": type }, body });
    expect(typeof wanted === "string" ? seen?.body : JSON.parse(seen?.body ?? "")).toEqual(wanted);
    expect(seen?.headers["content-length"]).toBe(String(seen?.body.length));
  });

  test("a form goes to the query with a method that has no body", async () => {
    const { seen } = await gateway.ask("/method?a=1", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "b=2",
    });
    expect([seen?.method, seen?.url]).toEqual(["GET", "/?a=1&b=2"]);
  });
});

describe("response-transformer", () => {
  test("removes, renames, replaces, adds and appends headers and JSON fields", async () => {
    const got = await gateway.ask("/response", {
      headers: {
        "x-answer": '{"x-gone":"1","x-old":"2","x-here":"3"}',
        "x-body": '{"gone":1,"old":2,"here":3,"list":"a"}',
      },
    });
    expect(JSON.parse(got.text)).toEqual({ new: 2, here: 2, list: ["a", "b"], added: true });
    expect(got.headers).toMatchObject({ "x-new": "2", "x-here": "other, more", "x-added": "a" });
    expect(got.headers).not.toHaveProperty("x-gone");
  });

  test("leaves a body alone that is no JSON", async () => {
    const got = await gateway.ask("/response", { headers: { "x-body": "no json" } });
    expect(got.text).toBe("no json");
  });
});
