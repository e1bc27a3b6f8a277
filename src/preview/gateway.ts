import type { Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createSecureContext } from "node:tls";
import { adminApi, statusApi } from "./admin/api.ts";
import { ConfigEndpoint } from "./admin/config.ts";
import { createApiServer } from "./admin/server.ts";
import { Configurations } from "./configuration.ts";
import { controlApi } from "./faults/control.ts";
import type { ListenerName } from "./faults/fault.ts";
import { Faults } from "./faults/faults.ts";
import type { Gateway } from "./gateway-state.ts";
import { Listener } from "./listener.ts";
import { type PreviewOptions, settingsOf } from "./options.ts";
import { Agents } from "./proxy/agents.ts";
import { createProxyServer, createProxyTlsServer } from "./proxy/server.ts";
import { Recording } from "./recording.ts";
import { Runtimes } from "./runtime/runtimes.ts";
import { selfSigned } from "./tls/self-signed.ts";

/** A preview gateway that runs. */
export interface Preview {
  readonly adminUrl: string;
  readonly statusUrl: string;
  readonly proxyUrl: string;
  readonly proxyTlsUrl: string;
  readonly controlUrl: string;
  readonly faults: Faults;
  readonly recording: Recording;
  /** The hash that `GET /status` reports. */
  hash(): string;
  /** Cuts every connection and comes back with nothing, or with the configuration of so many loads ago. */
  restart(configuration: number | "empty"): Promise<void>;
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

const YEAR = 365 * 24 * 3600 * 1000;

/** Starts a gateway for trying and testing: Kong's Admin API, a proxy, a status port, and an endpoint for faults. Rejects when a port is taken. */
export async function startPreview(options: PreviewOptions = {}): Promise<Preview> {
  const settings = settingsOf(options);
  const faults = new Faults(settings.clock);
  const recording = new Recording();
  const configurations = new Configurations();
  const agents = new Agents();
  const counters = new Map<string, { count: number; readonly until: number }>();
  const traffic = { connections: 0, active: 0, requests: 0 };
  const runtimes = new Runtimes(configurations, settings);

  const listeners = new Map<ListenerName | "control", Listener>();
  const portOf = (name: ListenerName | "control"): number => listeners.get(name)?.port ?? 0;
  let nodeId = settings.newId();
  const gateway: Gateway = {
    settings,
    get nodeId() {
      return nodeId;
    },
    configurations,
    traffic: () => traffic,
    balancer: (upstream) => runtimes.current.balancers.get(upstream),
    ports: () => ({
      admin: portOf("admin"),
      status: portOf("status"),
      proxy: portOf("proxy"),
      proxyTls: portOf("proxyTls"),
    }),
    draining: false,
  };
  let number = 0;
  const serial = () => ({ nodeId, number: ++number });
  const restart = async (back: number | "empty"): Promise<void> => {
    await Promise.all([...NAMES].map((name) => listeners.get(name)?.close()));
    gateway.draining = false;
    nodeId = settings.newId();
    configurations.restart(back);
    await settle();
  };

  const now = settings.clock.now();
  const own = selfSigned({ names: ["localhost"], notBefore: now - YEAR, notAfter: now + 10 * YEAR });
  const wrong = selfSigned({ names: ["wrong.name.invalid"], notBefore: now - YEAR, notAfter: now + 10 * YEAR });
  const proxyOptions = (name: ListenerName) => ({
    tools: { settings, agents, runtime: () => runtimes.current, counters, serial },
    faults,
    port: () => portOf(name),
    count: () => {
      traffic.requests += 1;
    },
  });
  const api = { settings, faults };
  const admin = createApiServer({
    ...api,
    name: "admin",
    api: adminApi(gateway, new ConfigEndpoint(settings, faults, configurations)),
    recording,
    token: settings.adminToken,
  });
  const servers: Readonly<Record<ListenerName | "control", Server>> = {
    admin: options.adminTls === undefined ? admin : tlsAround(admin, options.adminTls, faults, wrong),
    status: createApiServer({ ...api, name: "status", api: statusApi(gateway) }),
    proxy: createProxyServer(proxyOptions("proxy")),
    proxyTls: createProxyTlsServer(proxyOptions("proxyTls"), own, (name) =>
      faults.holds("wrong-name", "proxyTls") === undefined
        ? runtimes.current.certificates.contextFor(name)
        : createSecureContext(wrong),
    ),
    control: createApiServer({
      settings,
      // The endpoint for faults has none itself.
      faults: new Faults(settings.clock),
      name: "admin",
      api: controlApi({ faults, recording, restart }),
    }),
  };
  const ports: Readonly<Record<ListenerName | "control", number | undefined>> = {
    admin: options.adminPort,
    status: options.statusPort,
    proxy: options.proxyPort,
    proxyTls: options.proxyTlsPort,
    control: options.controlPort,
  };
  for (const name of [...NAMES, "control"] as const) {
    const receive = () => (name === "control" ? ("serve" as const) : receptionOf(faults, name));
    const listener = new Listener(settings.host, ports[name] ?? 0, receive, (socket) => {
      traffic.connections += 1;
      traffic.active += 1;
      socket.once("close", () => {
        traffic.active -= 1;
      });
      servers[name].emit("connection", socket);
    });
    listeners.set(name, listener);
    // The servers listen nowhere themselves, but this is when they begin to watch for clients that never finish a request.
    servers[name].emit("listening");
  }

  /** Opens what should be open and closes what should not. */
  const settle = async (): Promise<void> => {
    for (const name of NAMES) {
      const listener = listeners.get(name)!;
      if (faults.holds("refuse", name) === undefined) await listener.open();
      else await listener.close();
    }
  };
  for (const fault of options.faults ?? []) faults.add(fault);
  // A port that nobody chose is known only once it was open.
  for (const name of NAMES) if (listeners.get(name)!.port === 0) await listeners.get(name)!.open();
  await listeners.get("control")!.open();
  await settle();
  const off = faults.onChange(() => {
    settle().catch((error: unknown) => settings.log.error("A port could not be opened again", { error }));
  });

  const url = (scheme: string, name: ListenerName | "control"): string =>
    `${scheme}://${settings.host}:${portOf(name)}`;
  return {
    adminUrl: url(options.adminTls === undefined ? "http" : "https", "admin"),
    statusUrl: url("http", "status"),
    proxyUrl: url("http", "proxy"),
    proxyTlsUrl: url("https", "proxyTls"),
    controlUrl: url("http", "control"),
    faults,
    recording,
    hash: () => configurations.current.hash,
    restart,
    async close() {
      off();
      faults.clear();
      await Promise.all([...listeners.values()].map((listener) => listener.close()));
      for (const server of Object.values(servers)) server.close();
      agents.close();
      runtimes.free();
    },
  };
}

const NAMES: readonly ListenerName[] = ["admin", "status", "proxy", "proxyTls"];

function receptionOf(faults: Faults, name: ListenerName): "serve" | "close" | "hold" {
  if (faults.take("close", name) !== undefined) return "close";
  return faults.take("black-hole", name) === undefined ? "serve" : "hold";
}

/** A TLS server that hands its connections to a plain one. */
function tlsAround(
  plain: Server,
  tls: { readonly cert: string; readonly key: string; readonly clientCa?: string },
  faults: Faults,
  wrong: { readonly cert: string; readonly key: string },
): Server {
  // Client certificates are checked by whichever of them is in use.
  const authority = tls.clientCa === undefined ? {} : { ca: tls.clientCa };
  const right = { cert: tls.cert, key: tls.key, ...authority };
  const other = { cert: wrong.cert, key: wrong.key, ...authority };
  const chosen = () => (faults.holds("wrong-name", "admin") === undefined ? right : other);
  const server = createTlsServer({
    cert: tls.cert,
    key: tls.key,
    SNICallback: (_name, done) => done(null, createSecureContext(chosen())),
    ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  faults.onChange(() => server.setSecureContext(chosen()));
  server.on("request", (req, res) => plain.emit("request", req, res));
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}
