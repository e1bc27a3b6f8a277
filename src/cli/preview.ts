import { existsSync } from "node:fs";
import { messageOf } from "../base/log.ts";
import { type Preview, startPreview } from "../preview/gateway.ts";
import type { PreviewOptions, ServedRequest } from "../preview/options.ts";
import { type CommandContext, type RunCommand, UsageError } from "./command.ts";
import { isSet } from "./flags/parse.ts";
import type { FlagName } from "./flags/table.ts";
import { routeTable } from "./route-table.ts";
import { run } from "./run.ts";

/**
 * `silverback preview DIR`: a gateway on this machine and a controller that keeps it at what the manifests in the folder say, until it is told to end. Without
 * a folder only the gateway, for others to push to.
 */
export const preview: RunCommand = async (context) => {
  const [folder] = context.words;
  if (folder !== undefined && !existsSync(folder))
    throw new UsageError(`there is no file or folder ${folder} to serve`);
  const gateway = await startGateway(context);
  try {
    introduce(context, gateway, folder);
    if (folder !== undefined) return await run(controllerOf(context, gateway, folder));
    await ended(context.signal);
    return 0;
  } finally {
    await gateway.close();
  }
};

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function startGateway(context: CommandContext): Promise<Preview> {
  const { values } = context.flags;
  const { stdout, clock, random } = context;
  const options: PreviewOptions = {
    adminPort: values["admin-port"],
    proxyPort: values["proxy-port"],
    database: values.database,
    flavor: values["router-flavor"],
    version: values["kong-version"].numbers.join("."),
    clock,
    random,
    log: context.log.named("preview"),
    loaded: (routes) => stdout.write(`${routeTable(routes, stdout.columns ?? 120)}\n`),
    observe: (request) => stdout.write(`${requestLine(request)}\n`),
  };
  try {
    return await startPreview(options);
  } catch (error) {
    throw new Error(
      `the preview gateway cannot listen (${messageOf(error)}); choose other ports with --admin-port and --proxy-port`,
    );
  }
}

function introduce({ stdout }: CommandContext, gateway: Preview, folder: string | undefined): void {
  stdout.write(
    [
      "A preview gateway of Silverback, for trying and testing; not Kong.",
      `  requests   ${gateway.proxyUrl}  and  ${gateway.proxyTlsUrl}`,
      `  Admin API  ${gateway.adminUrl}`,
      `  faults     ${gateway.controlUrl}`,
      folder === undefined
        ? "It holds nothing until somebody pushes to its Admin API. Ctrl-C ends it."
        : `It serves ${folder} and reads it again when it changes. Ctrl-C ends it.`,
      "",
      "",
    ].join("\n"),
  );
}

/** The controller of `run`, on the folder and the gateway. It listens where nobody is in its way, unless told where. */
function controllerOf(context: CommandContext, gateway: Preview, folder: string): CommandContext {
  const { flags } = context;
  const free = <T>(name: FlagName, given: T, other: T): T => (isSet(flags, name) ? given : other);
  const health = flags.values["health-probe-bind-address"];
  const metrics = flags.values["metrics-bind-address"];
  return {
    ...context,
    flags: {
      ...flags,
      values: {
        ...flags.values,
        manifests: folder,
        "kong-admin-url": [gateway.adminUrl],
        "kong-admin-svc": undefined,
        "health-probe-bind-address": free("health-probe-bind-address", health, { host: "127.0.0.1", port: 0 }),
        "metrics-bind-address": free("metrics-bind-address", metrics, undefined),
      },
    },
  };
}

/** Arguments may be keys: they are not shown. */
function requestLine({ method, scheme, host, target, status, route, consumer, ms }: ServedRequest): string {
  const who = consumer === undefined ? "" : ` as ${consumer}`;
  const where = route === undefined ? "no route" : `${route}${who}`;
  return `${status === 0 ? "cut" : status} ${method} ${scheme}://${host}${target.replace(/\?.+/s, "?…")} → ${where} (${Math.round(ms)} ms)`;
}
