import type { Gateway } from "../gateway-state.ts";
import { type AdminRequest, type Answer, json, NOT_FOUND } from "./answer.ts";
import { BUNDLED_PLUGINS } from "./bundled-plugins.ts";
import type { ConfigEndpoint } from "./config.ts";
import { dispatch, type Endpoint } from "./dispatch.ts";
import { endpointList } from "./endpoint-list.ts";
import { EntityApi } from "./entity-api.ts";
import { rootOf } from "./root.ts";
import { schemaEndpoint } from "./schemas-api.ts";
import type { Api } from "./server.ts";
import { readyAnswer, statusOf } from "./status.ts";
import { tagsEndpoint } from "./tags-api.ts";

/** The Admin API. */
export function adminApi(gateway: Gateway, config: ConfigEndpoint): Api {
  const entities = new EntityApi(gateway);
  const fixed = fixedEndpoints(gateway, config, entities);
  return (request) => {
    const segments = segmentsOf(request.path);
    if (segments === undefined) return NOT_FOUND;
    const path = `/${segments.join("/")}`;
    const endpoint = Object.hasOwn(fixed, path) ? fixed[path] : found(gateway, entities, segments);
    return endpoint === undefined ? NOT_FOUND : dispatch(endpoint, request);
  };
}

function fixedEndpoints(
  gateway: Gateway,
  config: ConfigEndpoint,
  entities: EntityApi,
): Readonly<Record<string, Endpoint>> {
  const { settings } = gateway;
  const withDatabase = settings.database !== "off";
  const onlyWithout = () =>
    json(400, { message: "this endpoint is only available when Kong is configured to not use a database" });
  const onlyCluster = {
    GET: () =>
      json(400, {
        message: "this endpoint is only available when Kong is configured to run as Control Plane for the cluster",
      }),
  };
  return {
    "/": {
      GET: () =>
        json(
          200,
          rootOf({
            settings,
            nodeId: gateway.nodeId,
            configuration: gateway.configurations.current,
            ports: gateway.ports(),
          }),
        ),
    },
    "/status": { GET: () => json(200, statusOf(settings, gateway.configurations.current, gateway.traffic())) },
    "/config": withDatabase
      ? { GET: onlyWithout, POST: onlyWithout }
      : { GET: () => config.get(), POST: (request) => config.post(request) },
    "/endpoints": { GET: () => json(200, { data: endpointList(entities.kinds) }) },
    "/plugins/enabled": { GET: () => json(200, { enabled_plugins: Object.keys(BUNDLED_PLUGINS) }) },
    "/timers": {
      GET: () => json(200, { worker: { id: 0, count: 1 }, stats: { flamegraph: {}, sys: {}, timers: {} } }),
    },
    "/cache": { DELETE: () => ({ status: 204 }) },
    "/clustering/status": onlyCluster,
    "/clustering/data-planes": onlyCluster,
  };
}

function found(gateway: Gateway, entities: EntityApi, segments: readonly string[]): Endpoint | undefined {
  const [first, second, third] = segments;
  const schema = schemaEndpoint(gateway.settings, segments);
  if (schema !== undefined) return schema;
  if (first === "tags" && third === undefined) return tagsEndpoint(gateway, entities.store, entities.kinds, second);
  return entities.endpoint(segments);
}

/** Unescaped, without a slash at the end; undefined for a broken escape. */
function segmentsOf(path: string): readonly string[] | undefined {
  const trimmed = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  if (!trimmed.startsWith("/")) return undefined;
  try {
    return trimmed.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The status API, on its own port. */
export function statusApi(gateway: Gateway): Api {
  const { settings } = gateway;
  const fixed: Readonly<Record<string, Endpoint>> = {
    "/status": { GET: () => json(200, statusOf(settings, gateway.configurations.current, gateway.traffic())) },
    "/status/dns": { GET: () => json(501, { message: "not implemented with the legacy DNS client" }) },
    "/status/ready": {
      GET: () => readyAnswer(settings, gateway.configurations.current, gateway.draining),
      POST: (request) => drain(gateway, request),
    },
  };
  return (request) => {
    const endpoint = Object.hasOwn(fixed, request.path) ? fixed[request.path] : undefined;
    return endpoint === undefined ? NOT_FOUND : dispatch(endpoint, request);
  };
}

function drain(gateway: Gateway, request: AdminRequest): Answer {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch {
    return BAD_STATUS;
  }
  if ((value as { readonly status?: unknown } | null)?.status !== "draining") return BAD_STATUS;
  gateway.draining = true;
  return { status: 204 };
}

const BAD_STATUS: Answer = {
  status: 400,
  html: "<html>\r\n<body>\r\n<h1>400 Bad Request</h1>\r\n</body>\r\n</html>\r\n",
};
