import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import { BROKEN_FILES, FINE_HOSTS, writeBrokenFile } from "./bad-input/broken-files.ts";
import { ingress, service } from "./bad-input/manifests.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";

/** A controller that reads a folder with every sort of file that is no good: each is named, all else is configured and served. */

describe("a folder with files that are no good", () => {
  const above = mkdtempSync(join(tmpdir(), "silverback-bad-"));
  const folder = join(above, "manifests");
  const back = createServer((_, response) => void response.end("echo"));
  let gateway: Preview;
  let controller: ControllerProcess;

  beforeAll(async () => {
    mkdirSync(folder);
    await new Promise<void>((resolve) => void back.listen(0, "127.0.0.1", resolve));
    const { port } = back.address() as AddressInfo;
    writeFileSync(
      join(folder, "0-good.yaml"),
      `${service("echo", port)}---\n${ingress("good", "good.test", { port })}`,
    );
    for (const file of BROKEN_FILES) writeBrokenFile(folder, file);
    gateway = await startPreview();
    controller = new ControllerProcess([
      `--manifests=${folder}`,
      `--kong-admin-url=${gateway.adminUrl}`,
      "--proxy-sync-seconds=0.1",
    ]);
    await controller.ready(60_000);
    // Problems of the source are gathered now and then.
    await eventually(() => controller.lines("[document-malformed]").length > 0);
  });
  afterAll(async () => {
    await controller?.remove();
    await gateway?.close();
    back.closeAllConnections();
    await new Promise<void>((resolve) => void back.close(() => resolve()));
    rmSync(above, { recursive: true, force: true });
  });

  const held = () => String(gateway.recording.body(gateway.hash()) ?? "");
  const problems = () => controller.log.split("\n").filter((line) => / sync: |\bobjects: /.test(line));

  async function served(host: string): Promise<string> {
    const answer = await request(gateway.proxyUrl, { headers: { host } });
    return `${answer.statusCode} ${await answer.body.text()}`;
  }

  test.each(BROKEN_FILES)("$name", ({ name, said }) => {
    const about = problems().filter((line) => line.includes(`/${name}`));
    for (const words of said) expect(about).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
    if (said.length === 0 && name !== "twice-a.yaml") expect(about).toEqual([]);
    expect(about.filter((line) => line.includes("internal-error"))).toEqual([]);
  });

  test("what is good is served, what only looks bad is configured, and nothing has ended", async () => {
    expect(await served("good.test")).toBe("200 echo");
    for (const host of FINE_HOSTS) expect(held()).toContain(host);
    expect(controller.running).toBe(true);
    expect((await controller.get("/healthz"))[0]).toBe(200);
  });

  test("files that vanish and come back while they are read, and folders, disturb nothing", async () => {
    const flicker = join(folder, "flicker");
    mkdirSync(flicker);
    for (let round = 0; round < 60; round++) {
      const path = join(flicker, `${round % 5}.yaml`);
      writeFileSync(
        path,
        ingress(`flicker${round}`, `flicker${round}.test`).slice(0, round % 3 === 0 ? 40 : undefined),
      );
      if (round % 7 === 0) rmSync(flicker, { recursive: true });
      mkdirSync(flicker, { recursive: true });
      if (round % 2 === 0) rmSync(path, { force: true });
      await new Promise((resolve) => setImmediate(resolve));
    }
    writeFileSync(join(flicker, "last.yaml"), ingress("last", "last.test"));
    await eventually(() => held().includes("last.test"));
    expect(await served("good.test")).toBe("200 echo");
    unlinkSync(join(flicker, "last.yaml"));
    await eventually(() => !held().includes("last.test"));
    expect(controller.running).toBe(true);
    expect(controller.lines("internal-error")).toEqual([]);
  });

  test("a good file that breaks keeps what it held, and says so", async () => {
    writeFileSync(join(folder, "breaks.yaml"), ingress("breaks", "breaks.test"));
    await eventually(() => held().includes("breaks.test"));
    writeFileSync(join(folder, "breaks.yaml"), "kind: [");
    await eventually(() => problems().some((line) => line.includes("breaks.yaml") && line.includes("[file-kept]")));
    expect(held()).toContain("breaks.test");
    expect(await served("good.test")).toBe("200 echo");
  });
});
