import type { PluginCode } from "./plugin.ts";

interface Config {
  readonly allowed_payload_size?: number;
  readonly size_unit?: string;
  readonly require_content_length?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { megabytes: 1 << 20, kilobytes: 1 << 10, bytes: 1 };

/** https://developer.konghq.com/plugins/request-size-limiting/ */
export const requestSizeLimiting: PluginCode = {
  name: "request-size-limiting",
  async access(exchange, plugin) {
    const config = plugin.config as Config;
    const { headers } = exchange.request;
    const announced = headers.get("content-length");
    if (announced === undefined && !headers.has("transfer-encoding") && config.require_content_length === true)
      return { status: 411, error: "A valid Content-Length header is required" };
    const limit = (config.allowed_payload_size ?? 128) * (UNITS[config.size_unit ?? "megabytes"] ?? 1);
    const size = announced === undefined ? await measured() : Number(announced);
    if (size <= limit) return undefined;
    const expects = headers.get("expect")?.toLowerCase() === "100-continue";
    return { status: expects ? 417 : 413, error: "Request size limit exceeded" };

    async function measured(): Promise<number> {
      // A body too large to be kept is larger than anything that is allowed here.
      return (await exchange.upstream.body.read())?.length ?? Number.POSITIVE_INFINITY;
    }
  },
};
