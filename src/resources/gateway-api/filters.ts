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
import { backendRefFields } from "./route.ts";
import {
  BACKEND_PORT,
  FRACTION,
  filterUnion,
  MIRROR_SHARE,
  onlyOnce,
  PATH_MODIFIER_RULES,
  REDIRECT_OR_REWRITE,
  STAR_ALONE,
} from "./rules.ts";

const HEADER_NAME = "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$";

/** `*`, or scheme, host (its first label may be `*`) and port. */
const ORIGIN = "(^\\*$)|(^https?:\\/\\/((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9-]+|\\*)(:[0-9]{1,5})?$)";

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
export const PathModifier = record(
  {
    type: word(["ReplaceFullPath", "ReplacePrefixMatch"]),
    replaceFullPath: optional(text({ maxLength: 1024 })),
    replacePrefixMatch: optional(text({ maxLength: 1024 })),
  },
  rules(...PATH_MODIFIER_RULES),
);

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

export const RequestMirrorFilter = record(
  {
    backendRef: record(backendRefFields, rules(BACKEND_PORT)),
    percent: optional(integer({ format: "int32", minimum: 0, maximum: 100 })),
    fraction: optional(
      record(
        {
          numerator: integer({ format: "int32", minimum: 0 }),
          denominator: optional(integer({ format: "int32", minimum: 1, default: 100 })),
        },
        rules(FRACTION),
      ),
    ),
  },
  rules(MIRROR_SHARE),
);

export const ExtensionRef = record({ group: group(), kind: kindName(), name: objectName() });

export const CorsFilter = record({
  allowOrigins: optional(
    list(text({ minLength: 1, maxLength: 253, pattern: ORIGIN }), { maxItems: 64, ...LIST_SET, ...rules(STAR_ALONE) }),
  ),
  allowCredentials: optional(flag()),
  allowMethods: optional(
    list(word(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]), {
      maxItems: 9,
      ...LIST_SET,
      ...rules(STAR_ALONE),
    }),
  ),
  allowHeaders: optional(list(headerName(), { maxItems: 64, ...LIST_SET, ...rules(STAR_ALONE) })),
  exposeHeaders: optional(list(headerName(), { maxItems: 64, ...LIST_SET })),
  /** Seconds. */
  maxAge: optional(integer({ format: "int32", minimum: 1, default: 5 })),
});

/** Kong has nothing like it: read so that a route can say so. */
const ExternalAuthFilter = record({ protocol: text() }, { "x-kubernetes-preserve-unknown-fields": true });

const common = {
  requestHeaderModifier: optional(HeaderFilter),
  responseHeaderModifier: optional(HeaderFilter),
  requestMirror: optional(RequestMirrorFilter),
  extensionRef: optional(ExtensionRef),
};

const COMMON_TYPES = {
  requestHeaderModifier: "RequestHeaderModifier",
  responseHeaderModifier: "ResponseHeaderModifier",
  requestMirror: "RequestMirror",
  extensionRef: "ExtensionRef",
} as const;

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
    ...filterUnion({
      ...COMMON_TYPES,
      requestRedirect: "RequestRedirect",
      urlRewrite: "URLRewrite",
      cors: "CORS",
      externalAuth: "ExternalAuth",
    }),
  ),
);

/** A filter of a GRPCRoute. */
export const GrpcFilter = record(
  {
    type: word(["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"]),
    ...common,
  },
  rules(...filterUnion(COMMON_TYPES)),
);

export const httpFilters = list(HttpFilter, {
  maxItems: 16,
  ...LIST_ATOMIC,
  ...rules(
    REDIRECT_OR_REWRITE,
    ...onlyOnce(["CORS", "RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite"]),
  ),
});

export const grpcFilters = list(GrpcFilter, {
  maxItems: 16,
  ...LIST_ATOMIC,
  ...rules(...onlyOnce(["RequestHeaderModifier", "ResponseHeaderModifier"])),
});
