import { type AdminRequest, type Answer, json, NOT_FOUND, WRONG_METHOD } from "../admin/answer.ts";
import type { Api } from "../admin/server.ts";
import type { RecordedRequest, Recording } from "../recording.ts";
import { parseFault } from "./fault.ts";
import type { Faults } from "./faults.ts";

export interface ControlOptions {
  readonly faults: Faults;
  readonly recording: Recording;
  readonly restart: (configuration: number | "empty") => Promise<void>;
}

/** Headers whose values are nobody's business. */
const SECRET = new Set(["authorization", "cookie", "kong-admin-token", "proxy-authorization"]);

/** The endpoint that Kong does not have: faults on command, restarts, and what the Admin API was asked. Described in docs/preview.md. */
export function controlApi({ faults, recording, restart }: ControlOptions): Api {
  return async (request) => {
    const [, first = "", second] = request.path.split("/");
    if (first === "" && second === undefined) return json(200, HELP);
    if (first === "faults") return faultsEndpoint(faults, request, second);
    if (first === "restart" && second === undefined) return restartEndpoint(request, restart);
    if (first === "requests") return requestsEndpoint(recording, request, second);
    return NOT_FOUND;
  };
}

const HELP = {
  message: "The control endpoint of a Silverback preview gateway",
  endpoints: {
    "GET /faults": "the faults that stand",
    "POST /faults": "one fault or a list of them",
    "DELETE /faults": "all of them end; with /ID one of them",
    "POST /restart":
      '{} comes back with the same configuration, {"empty": true} with none, {"back": 1} with the one before',
    "GET /requests": "what the Admin API was asked, and how often; DELETE forgets it",
    "GET /requests/MD5": "one of the last bodies",
  },
};

function faultsEndpoint(faults: Faults, request: AdminRequest, id: string | undefined): Answer {
  if (request.method === "GET" && id === undefined) return json(200, { data: faults.list() });
  if (request.method === "DELETE") {
    if (id === undefined) faults.clear();
    else if (!faults.remove(Number(id))) return NOT_FOUND;
    return { status: 204 };
  }
  if (request.method !== "POST" || id !== undefined) return WRONG_METHOD;
  const value = parsed(request.body);
  const specs = (Array.isArray(value) ? value : [value]).map(parseFault);
  const wrong = specs.find((spec) => typeof spec === "string");
  if (wrong !== undefined) return json(400, { message: wrong });
  return json(201, { data: specs.map((spec) => (typeof spec === "string" ? undefined : faults.add(spec))) });
}

function restartEndpoint(request: AdminRequest, restart: ControlOptions["restart"]): Answer {
  if (request.method !== "POST") return WRONG_METHOD;
  const value = request.body.length === 0 ? {} : parsed(request.body);
  if (typeof value !== "object" || value === null) return json(400, { message: "the body is an object" });
  const { empty, back } = value as { readonly empty?: unknown; readonly back?: unknown };
  if (back !== undefined && !(Number.isInteger(back) && (back as number) >= 0))
    return json(400, { message: "back is how many loads ago the configuration was in force" });
  void restart(empty === true ? "empty" : ((back as number | undefined) ?? 0));
  return { status: 204 };
}

function requestsEndpoint(recording: Recording, request: AdminRequest, md5: string | undefined): Answer {
  if (request.method === "DELETE" && md5 === undefined) {
    recording.clear();
    return { status: 204 };
  }
  if (request.method !== "GET") return WRONG_METHOD;
  if (md5 !== undefined) {
    const body = recording.body(md5);
    return body === undefined ? NOT_FOUND : { status: 200, text: body.toString("utf8") };
  }
  return json(200, {
    total: recording.total,
    counts: recording.counts(),
    data: recording.requests().map(withoutSecrets),
  });
}

function withoutSecrets(request: RecordedRequest): RecordedRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, SECRET.has(name) ? "…" : value]);
  return { ...request, headers: Object.fromEntries(headers) as RecordedRequest["headers"] };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
