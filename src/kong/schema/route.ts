import type { JsonObject } from "../../base/json.ts";
import type { RouterFlavor } from "../entities.ts";
import type { EntityCheck, EntitySchema, Field, RecordType } from "./field.ts";
import {
  array,
  atLeastOneOf,
  boolean,
  conditional,
  entity,
  foreign,
  integer,
  map,
  record,
  recordType,
  set,
  string,
} from "./notation.ts";
import { checkRouterExpression } from "./route-expression.ts";
import {
  headerName,
  httpMethod,
  id,
  ipOrCidr,
  port,
  protocol,
  routeHosts,
  routePath,
  sni,
  tags,
  timestamp,
  utf8Name,
  wildcardHost,
} from "./typedefs.ts";

const endpoints = set(record({ ip: ipOrCidr, port: port() }, { checks: [atLeastOneOf("ip", "port")] }));
const methods = set(httpMethod);
const paths = array(routePath);
const headers = map(
  headerName({
    matchNone: [
      {
        pattern: "^[Hh][Oo][Ss][Tt]$",
        err: "cannot contain 'host' header, which must be specified in the 'hosts' attribute",
      },
    ],
  }),
  array(string()),
);
const stripPath = boolean({ required: true, default: true });
const SNI_PROTOCOLS = ["grpcs", "https", "tls", "tls_passthrough"];

/** Routes as a gateway of this flavour has them. */
export function routesOf(flavor: RouterFlavor): EntitySchema {
  const expressions = flavor === "expressions";
  return entity(
    "routes",
    {
      id,
      created_at: timestamp,
      updated_at: timestamp,
      name: utf8Name(),
      protocols: set(protocol(), {
        required: true,
        lenMin: 1,
        default: ["http", "https"],
        mutuallyExclusiveSubsets: [["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"]],
      }),
      https_redirect_status_code: integer({ required: true, default: 426, oneOf: [426, 301, 302, 307, 308] }),
      strip_path: stripPath,
      preserve_host: boolean({ required: true, default: false }),
      request_buffering: boolean({ required: true, default: true }),
      response_buffering: boolean({ required: true, default: true }),
      tags,
      service: foreign("services"),
      snis: set(flavor === "traditional" ? sni() : wildcardHost()),
      sources: endpoints,
      destinations: endpoints,
      methods,
      hosts: routeHosts,
      paths,
      headers,
      regex_priority: integer({ default: 0 }),
      path_handling: string({ default: "v0", oneOf: ["v0", "v1"] }),
      ...(expressions && {
        expression: string(),
        priority: integer({ required: true, default: 0, between: [0, 2 ** 46 - 1] }),
      }),
    },
    {
      endpointKey: "name",
      subschemas: { key: "protocols", byName: subschemas(expressions), unknown: (name) => `unknown type: ${name}` },
      checks: [
        conditional(
          "protocols",
          { elements: string({ notOneOf: SNI_PROTOCOLS }) },
          "snis",
          { lenEq: 0 },
          "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
        ),
        // Kong only warns of path_handling v1 here.
        { kind: "custom_entity_check", fields: ["path_handling"], check: () => undefined },
        ...(flavor === "traditional" ? [] : [routerExpression]),
      ],
    },
  );
}

const routerExpression: EntityCheck = {
  kind: "custom_entity_check",
  fields: [
    "id",
    "protocols",
    "snis",
    "sources",
    "destinations",
    "methods",
    "hosts",
    "paths",
    "headers",
    "expression",
    "regex_priority",
    "priority",
  ],
  runWithMissingFields: true,
  check: (route: JsonObject) => checkRouterExpression(route),
};

function subschemas(expressions: boolean): ReadonlyMap<string, RecordType> {
  const also = expressions ? ["expression"] : [];
  const forbidden = (field: Field, name: string, when: string): Field => ({
    ...field,
    eq: null,
    err: `cannot set '${name}' when 'protocols' is ${when}`,
  });

  const HTTP = "'http' or 'https'";
  const http = recordType(
    expressions
      ? {}
      : {
          sources: forbidden(endpoints, "sources", HTTP),
          destinations: forbidden(endpoints, "destinations", HTTP),
        },
    {
      checks: [
        needsOneOf("https", ["methods", "hosts", "headers", "paths", "snis", ...also], {
          protocol: "http",
          fields: ["methods", "hosts", "headers", "paths", ...also],
        }),
      ],
    },
  );

  const STREAM = "'tcp', 'tls', 'tls_passthrough' or 'udp'";
  const stream = recordType(
    {
      methods: forbidden(methods, "methods", STREAM),
      hosts: forbidden(routeHosts, "hosts", STREAM),
      paths: forbidden(paths, "paths", STREAM),
      headers: forbidden(headers, "headers", STREAM),
    },
    {
      checks: [
        {
          kind: "conditional_at_least_one_of",
          ifField: "protocols",
          ifMatch: { elements: string({ oneOf: ["tcp", "tls", "udp"] }) },
          thenFields: ["sources", "destinations", "snis", ...also],
          thenErr: "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'",
        },
        {
          kind: "conditional_at_least_one_of",
          ifField: "protocols",
          ifMatch: { elements: string({ oneOf: ["tls_passthrough"] }) },
          thenFields: ["snis", ...also],
          thenErr: "must set snis when 'protocols' is 'tls_passthrough'",
        },
      ],
    },
  );

  const GRPC = "'grpc' or 'grpcs'";
  const grpc = recordType(
    {
      strip_path: {
        ...stripPath,
        default: false,
        ne: true,
        err: `cannot set 'strip_path' when 'protocols' is ${GRPC}`,
      },
      methods: forbidden(methods, "methods", GRPC),
      ...(!expressions && {
        sources: forbidden(endpoints, "sources", GRPC),
        destinations: forbidden(endpoints, "destinations", GRPC),
      }),
    },
    {
      checks: [
        needsOneOf("grpcs", ["hosts", "headers", "paths", "snis", ...also], {
          protocol: "grpc",
          fields: ["hosts", "headers", "paths", ...also],
        }),
      ],
    },
  );

  return new Map([
    ["http", http],
    ["https", http],
    ["tcp", stream],
    ["tls", stream],
    ["udp", stream],
    ["tls_passthrough", stream],
    ["grpc", grpc],
    ["grpcs", grpc],
  ]);
}

/** A route has something to match by: for `protocol` one of `fields`, else for the other protocol one of its fields. */
function needsOneOf(
  protocolName: string,
  fields: readonly string[],
  other: { readonly protocol: string; readonly fields: readonly string[] },
): EntityCheck {
  const err = (name: string) => `must set one of %s when 'protocols' is '${name}'`;
  return {
    kind: "conditional_at_least_one_of",
    ifField: "protocols",
    ifMatch: { contains: protocolName },
    thenFields: fields,
    thenErr: err(protocolName),
    elseMatch: { contains: other.protocol },
    elseFields: other.fields,
    elseErr: err(other.protocol),
  };
}
