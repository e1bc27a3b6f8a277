import { expect, test } from "vitest";
import type { RouteRow } from "../preview/route-row.ts";
import { routeTable } from "./route-table.ts";

const row: RouteRow = {
  name: "shop.web.00",
  protocols: ["http", "https"],
  methods: ["GET"],
  hosts: ["a.example", "b.example"],
  paths: ["/x", "~/y$"],
  expression: undefined,
  service: "http://web.shop.80.svc:80/",
  plugins: ["cors", "key-auth"],
};

test("shows what each route takes and where it goes", () => {
  expect(
    routeTable(
      [
        row,
        {
          ...row,
          name: "all",
          methods: [],
          hosts: [],
          paths: [],
          protocols: ["https"],
          service: undefined,
          plugins: [],
        },
      ],
      120,
    ),
  ).toBe(
    `ROUTE        MATCHES                         GOES TO                     PLUGINS
shop.web.00  GET a.example,b.example/x,~/y$  http://web.shop.80.svc:80/  cors key-auth
all          * (TLS only)                    nowhere
`,
  );
});

test("keeps to the width of the terminal", () => {
  for (const line of routeTable([{ ...row, expression: `http.path == "/${"x".repeat(300)}"` }], 60).split("\n"))
    expect(line.length).toBeLessThanOrEqual(60);
});

test("says when there is nothing", () => {
  expect(routeTable([], 80)).toContain("404");
});
