import { createHash } from "node:crypto";
import { startPreview } from "../../src/preview/gateway.ts";
import type { Flavor } from "./golden.ts";

/** A gateway that a test configures and sends requests to, without knowing whether it is the preview or a real Kong. */
export interface TestGateway {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  readonly flavor: Flavor;
  /** Whether it keeps its configuration in a database. */
  readonly database: boolean;
  close(): Promise<void>;
}

interface TestGatewayKind {
  readonly name: string;
  start(): Promise<TestGateway>;
}

/**
 * The preview in each of its ways, and the real Kong that TEST_KONG_ADMIN_URL and TEST_KONG_PROXY_URL name, where they are set. What that Kong holds is lost.
 * It has to be on this machine, or see this machine's ports under the name `localhost`, since that is where the back ends of the tests are.
 */
export function testGateways(environment: NodeJS.ProcessEnv = process.env): readonly TestGatewayKind[] {
  const [adminUrl, proxyUrl] = [environment["TEST_KONG_ADMIN_URL"], environment["TEST_KONG_PROXY_URL"]];
  const real: TestGatewayKind[] =
    adminUrl === undefined || proxyUrl === undefined
      ? []
      : [{ name: "the Kong at hand", start: () => realKong(adminUrl, proxyUrl) }];
  return [
    preview("traditional_compatible", false),
    preview("expressions", false),
    preview("expressions", true),
    ...real,
  ];
}

function preview(flavor: Flavor, database: boolean): TestGatewayKind {
  return {
    name: `the preview, ${flavor}${database ? ", with a database" : ""}`,
    start: async () => {
      const { adminUrl, proxyUrl, close } = await startPreview({ flavor, database: database ? "memory" : "off" });
      return { adminUrl, proxyUrl, flavor, database, close };
    },
  };
}

async function realKong(adminUrl: string, proxyUrl: string): Promise<TestGateway> {
  const { configuration } = (await (await fetch(adminUrl)).json()) as {
    readonly configuration: { readonly database: string; readonly router_flavor: Flavor };
  };
  const { database, router_flavor: flavor } = configuration;
  return { adminUrl, proxyUrl, flavor, database: database !== "off", close: () => Promise.resolve() };
}

/** Sends a document to a gateway without a database; the status of the answer, its body, and whether the gateway then holds its bytes. */
export async function configure({ adminUrl }: TestGateway, document: string) {
  const answer = await fetch(`${adminUrl}/config?flatten_errors=1`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ config: document }),
  });
  const said = await answer.text();
  const { configuration_hash: hash } = (await (await fetch(`${adminUrl}/status`)).json()) as {
    readonly configuration_hash?: string;
  };
  return { status: answer.status, said, held: hash === createHash("md5").update(document).digest("hex") };
}
