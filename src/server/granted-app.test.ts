import { Hono } from "hono";
import { expect, test } from "vitest";
import { silentLog } from "../base/log.ts";
import { grantedApp, type MayGet } from "./granted-app.ts";

const asked: string[] = [];
const mayGet: MayGet = async (token, path) => {
  asked.push(`${token} ${path}`);
  if (token === "broken") throw new Error("no API server");
  return token === "good" ? "allowed" : token === "known" ? "denied" : "unknown-caller";
};
const app = grantedApp(
  new Hono().get("/metrics", (c) => c.text("numbers")),
  mayGet,
  silentLog,
);

async function get(authorization?: string): Promise<readonly [number, string]> {
  const answer = await app.request("/metrics", authorization === undefined ? {} : { headers: { authorization } });
  return [answer.status, await answer.text()];
}

test("only who is allowed to gets an answer", async () => {
  expect(await get("Bearer good")).toEqual([200, "numbers"]);
  expect((await get("Bearer known"))[0]).toBe(403);
  expect((await get("Bearer nobody"))[0]).toBe(401);
  expect((await get("Bearer broken"))[0]).toBe(500);
  expect(asked[0]).toBe("good /metrics");
});

test("without a bearer token nobody is asked", async () => {
  asked.length = 0;
  expect((await get())[0]).toBe(401);
  expect((await get("Basic Z29vZDo="))[0]).toBe(401);
  expect(asked).toEqual([]);
});
