import { type Entity, entitiesOf } from "../entity-set.ts";
import type { Gateway } from "../gateway-state.ts";
import { type AdminRequest, type Answer, BAD_JSON, json, NOT_FOUND, WRONG_METHOD } from "./answer.ts";
import type { ConfigEndpoint } from "./config.ts";
import { rootOf } from "./root.ts";
import type { Api } from "./server.ts";
import { readyAnswer, statusOf } from "./status.ts";

type Endpoint = Readonly<Record<string, (request: AdminRequest) => Answer | Promise<Answer>>>;

/** The Admin API. */
export function adminApi(gateway: Gateway, config: ConfigEndpoint): Api {
  const { settings } = gateway;
  const fixed: Readonly<Record<string, Endpoint>> = {
    "/": {
      GET: () =>
        json(200, rootOf({ ...gateway, configuration: gateway.configurations.current, ports: gateway.ports() })),
    },
    "/status": { GET: () => json(200, statusOf(settings, gateway.configurations.current, gateway.traffic())) },
    "/config": { GET: () => config.get(), POST: (request) => config.post(request) },
  };
  return (request) => {
    const path = request.path.length > 1 ? request.path.replace(/\/+$/, "") : request.path;
    const endpoint = Object.hasOwn(fixed, path) ? fixed[path] : entityEndpoint(gateway, path);
    return endpoint === undefined ? NOT_FOUND : dispatch(endpoint, request);
  };
}

/** The status API, on its own port. */
export function statusApi(gateway: Gateway): Api {
  const { settings } = gateway;
  const fixed: Readonly<Record<string, Endpoint>> = {
    "/status": { GET: () => json(200, statusOf(settings, gateway.configurations.current, gateway.traffic())) },
    "/status/ready": {
      GET: () => readyAnswer(settings, gateway.configurations.current, gateway.draining),
      POST: (request) => {
        const value = parsed(request);
        if (value?.["status"] !== "draining") return BAD_JSON;
        gateway.draining = true;
        return { status: 204 };
      },
    },
  };
  return (request) => {
    const endpoint = Object.hasOwn(fixed, request.path) ? fixed[request.path] : undefined;
    return endpoint === undefined ? NOT_FOUND : dispatch(endpoint, request);
  };
}

function dispatch(endpoint: Endpoint, request: AdminRequest): Answer | Promise<Answer> {
  const methods = Object.keys(endpoint);
  const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  if (request.method === "OPTIONS")
    return {
      status: 204,
      headers: {
        Allow: allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Content-Type",
      },
    };
  const method = request.method === "HEAD" ? "GET" : request.method;
  const run = Object.hasOwn(endpoint, method) ? endpoint[method] : undefined;
  return run === undefined ? WRONG_METHOD : run(request);
}

function parsed(request: AdminRequest): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

function entityEndpoint(gateway: Gateway, path: string): Endpoint | undefined {
  const [kind, key, rest] = path.slice(1).split("/");
  if (kind === undefined || rest !== undefined) return undefined;
  const set = gateway.configurations.current.entities;
  if (!READABLE.includes(kind)) return undefined;
  if (key === undefined) return { GET: () => json(200, { data: entitiesOf(set, kind), next: null }) };
  return {
    GET: () => {
      const found = find(entitiesOf(set, kind), decodeURIComponent(key));
      return found === undefined ? NOT_FOUND : json(200, found);
    },
  };
}

const READABLE = ["services", "routes", "upstreams", "consumers", "plugins", "certificates", "snis", "ca_certificates"];

function find(entities: readonly Entity[], key: string): Entity | undefined {
  return entities.find((e) => e.id === key || e["name"] === key || e["username"] === key);
}
