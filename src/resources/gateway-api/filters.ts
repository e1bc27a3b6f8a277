import {
  flag,
  integer,
  LIST_ATOMIC,
  LIST_SET,
  list,
  listMap,
  optional,
  port,
  record,
  rules,
  text,
  word,
} from "../schema.ts";
import { group, kindName, objectName, preciseHostname } from "./names.ts";
import { BACKEND_PORT, backendRefFields } from "./route.ts";

const HEADER_NAME = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$";

export const headerName = () => text({ minLength: 1, maxLength: 256, pattern: HEADER_NAME });

const Header = record({
  name: headerName(),
  value: text({ minLength: 1, maxLength: 4096 }),
});

const headerList = () => list(Header, { maxItems: 16, ...listMap("name") });

/** What is done to the headers of a request or an answer. */
export const HeaderFilter = record({
  set: optional(headerList()),
  add: optional(headerList()),
  remove: optional(list(text(), { maxItems: 16, ...LIST_SET })),
});

/** How the path is rewritten, or what path a redirect names. */
export const PathModifier = record({
  type: word(["ReplaceFullPath", "ReplacePrefixMatch"]),
  replaceFullPath: optional(text({ maxLength: 1024 })),
  replacePrefixMatch: optional(text({ maxLength: 1024 })),
});

export const RequestRedirectFilter = record({
  scheme: optional(word(["http", "https"])),
  hostname: optional(preciseHostname()),
  path: optional(PathModifier),
  port: optional(port()),
  statusCode: optional(integer({ enum: [301, 302, 303, 307, 308], default: 302 })),
});

export const UrlRewriteFilter = record({
  hostname: optional(preciseHostname()),
  path: optional(PathModifier),
});

export const RequestMirrorFilter = record({
  backendRef: record(backendRefFields, BACKEND_PORT),
  percent: optional(integer({ format: "int32", minimum: 0, maximum: 100 })),
  fraction: optional(
    record({
      numerator: integer({ format: "int32", minimum: 0 }),
      denominator: optional(integer({ format: "int32", minimum: 1, default: 100 })),
    }),
  ),
});

export const ExtensionRef = record({ group: group(), kind: kindName(), name: objectName() });

export const CorsFilter = record({
  allowOrigins: optional(list(text(), { maxItems: 64, ...LIST_SET })),
  allowCredentials: optional(flag()),
  allowMethods: optional(
    list(word(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]), {
      maxItems: 9,
      ...LIST_SET,
    }),
  ),
  allowHeaders: optional(list(headerName(), { maxItems: 64, ...LIST_SET })),
  exposeHeaders: optional(list(headerName(), { maxItems: 64, ...LIST_SET })),
  /** Seconds. */
  maxAge: optional(integer({ format: "int32", minimum: 1, default: 5 })),
});

/** Kong has nothing like it: read so that a route can say so. */
const ExternalAuthFilter = record({ protocol: text() });

/** `field` is given exactly when `type` says so. */
function union(field: string, type: string) {
  return [
    {
      rule: `!(has(self.${field}) && self.type != '${type}')`,
      message: `filter.${field} must be nil if the filter.type is not ${type}`,
    },
    {
      rule: `!(!has(self.${field}) && self.type == '${type}')`,
      message: `filter.${field} must be specified for ${type} filter.type`,
    },
  ];
}

const common = {
  requestHeaderModifier: optional(HeaderFilter),
  responseHeaderModifier: optional(HeaderFilter),
  requestMirror: optional(RequestMirrorFilter),
  extensionRef: optional(ExtensionRef),
};

const COMMON_UNIONS = [
  ...union("requestHeaderModifier", "RequestHeaderModifier"),
  ...union("responseHeaderModifier", "ResponseHeaderModifier"),
  ...union("requestMirror", "RequestMirror"),
  ...union("extensionRef", "ExtensionRef"),
];

/** A filter of an HTTPRoute; `type` says which of the fields counts. */
export const HttpFilter = record(
  {
    type: word([
      "RequestHeaderModifier",
      "ResponseHeaderModifier",
      "RequestMirror",
      "RequestRedirect",
      "URLRewrite",
      "ExtensionRef",
      "CORS",
      "ExternalAuth",
    ]),
    ...common,
    requestRedirect: optional(RequestRedirectFilter),
    urlRewrite: optional(UrlRewriteFilter),
    cors: optional(CorsFilter),
    externalAuth: optional(ExternalAuthFilter),
  },
  rules(
    ...COMMON_UNIONS,
    ...union("requestRedirect", "RequestRedirect"),
    ...union("urlRewrite", "URLRewrite"),
    ...union("cors", "CORS"),
    ...union("externalAuth", "ExternalAuth"),
  ),
);

/** A filter of a GRPCRoute. */
export const GrpcFilter = record(
  {
    type: word(["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"]),
    ...common,
  },
  rules(...COMMON_UNIONS),
);

function once(type: string) {
  return { rule: `self.filter(f, f.type == '${type}').size() <= 1`, message: `${type} filter cannot be repeated` };
}

export const httpFilters = list(HttpFilter, {
  maxItems: 16,
  ...LIST_ATOMIC,
  ...rules(
    {
      rule: "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
      message: "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both",
    },
    ...["CORS", "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"].map(once),
  ),
});

export const grpcFilters = list(GrpcFilter, {
  maxItems: 16,
  ...LIST_ATOMIC,
  ...rules(...["RequestHeaderModifier", "ResponseHeaderModifier"].map(once)),
});
