import type { JsonObject } from "../base/json.ts";
import type { ObjectRef, Problem } from "../base/problem.ts";
import type {
  CaCertificate,
  Consumer,
  ConsumerGroup,
  License,
  Plugin,
  Route,
  Service,
  Target,
  Upstream,
  Vault,
} from "../kong/entities.ts";
import type { PluginRelations } from "../kong/ids.ts";
import type { KubernetesObject } from "../resources/kind.ts";
import type { Handed } from "../store/view.ts";

/** What a plugin object comes to: everything of the entity but its relations. */
export interface ResolvedPlugin {
  /** Undefined when the object cannot be used; `problems` say why. */
  readonly plugin:
    | {
        readonly name: string;
        readonly instanceName: string | undefined;
        readonly fields: JsonObject;
        readonly tags: readonly string[];
      }
    | undefined;
  /** Kong would refuse it: what uses it is left out, like what uses a plugin that Kong did refuse. */
  readonly refused?: true;
  readonly object: ObjectRef;
  /** Of the plugin object. */
  readonly rank: string;
  readonly problems: readonly Problem[];
}

/** A plugin bound to something by the `konghq.com/plugins` annotation. */
export interface PluginUse {
  /** Namespace of the referrer, or the one it names (`namespace:plugin`). */
  readonly namespace: string;
  readonly name: string;
  readonly plugin: Handed<ResolvedPlugin>;
}

/** A certificate that was read from a Secret. */
export interface CertificatePair {
  /** The Secret's uid; "" offline when none is given. */
  readonly id: string;
  readonly cert: string;
  readonly key: string;
  readonly tags: readonly string[];
  readonly object: ObjectRef;
  /** For ruling between equal pairs: older first, then the smaller id. */
  readonly rank: string;
}

export interface CertificateSource {
  readonly pair: CertificatePair | undefined;
  /** `namespace/name` of a Secret that does not exist: whoever named it has the problem. */
  readonly missing?: string;
  /** What is wrong with the Secret. */
  readonly problems: readonly Problem[];
}

/** One end of a plugin's relations, as Kong knows it by name. */
export interface PluginBinding {
  readonly kind: "service" | "route" | "consumer" | "consumer_group";
  readonly id: string;
  /** `id` is an id, since the entity has no name to be referred to by. */
  readonly unnamed?: boolean;
  /** Of a route: the name of its service. */
  readonly service?: string;
  readonly use: PluginUse;
}

/** An entity of a type that has no kind of its own. */
export interface CustomEntity {
  /** Its section of the document. */
  readonly type: string;
  readonly fields: JsonObject;
}

/** A plugin with one set of relations. */
export interface BoundPlugin {
  readonly plugin: NonNullable<ResolvedPlugin["plugin"]>;
  readonly relations: PluginRelations;
  /** With the relations worked in. */
  readonly instanceName: string | undefined;
  /** The objects at the ends of the relations. */
  readonly bound: readonly ObjectRef[];
  /** It stands in its service or route already, made by a filter: it only keeps its place. */
  readonly isNested?: true;
}

/** The lists of a consumer that hold credentials. */
export type CredentialList =
  | "keyauth_credentials"
  | "basicauth_credentials"
  | "hmacauth_credentials"
  | "jwt_secrets"
  | "oauth2_credentials"
  | "acls"
  | "mtls_auth_credentials";

export interface Credential {
  readonly list: CredentialList;
  readonly value: JsonObject;
  readonly secret: ObjectRef;
}

export interface ConsumerClaim {
  /** Without its credentials. */
  readonly consumer: Consumer;
  readonly credentials: readonly Credential[];
  readonly plugins: readonly PluginUse[];
  readonly groups: readonly string[];
}

/** The claim tables and what is claimed in each. Their order is the order of ruling: a rule's output claims only in later tables. */
export interface Tables {
  /** Key: index and value (`key-auth on 'key'` and the key's digest). All fail. */
  readonly credential: { readonly consumer: string; readonly index: string; readonly secret: ObjectRef };
  /** Key: the KongConsumer's object key. */
  readonly consumer:
    | ({ readonly type: "consumer" } & ConsumerClaim)
    | { readonly type: "veto"; readonly index: string };
  /** Key: the username; consumers without one claim only a custom_id. First. */
  readonly username: ConsumerClaim;
  /** Key: the custom_id. First. */
  readonly customId: ConsumerClaim;
  /** Key: the group's name. First; its members are those of its own namespace. */
  readonly consumerGroup:
    | { readonly type: "group"; readonly group: ConsumerGroup; readonly plugins: readonly PluginUse[] }
    | { readonly type: "member"; readonly consumer: string };
  /** Key: "". The oldest. */
  readonly defaultBackend: { readonly claims: readonly Claim[] };
  /** Key: host name. First. */
  readonly sni: { readonly certificate: Handed<CertificateSource> };
  /** Key: digest of certificate and key. Merged. */
  readonly certificate: {
    readonly certificate: CertificatePair;
    readonly sni: string | undefined;
    /** The Kong service that presents it to its upstream. */
    readonly clientOf: string | undefined;
  };
  /** Key: the priority up to the bits that break ties. Ranked: each gets one of its own. */
  readonly priority: {
    /** Undefined: it only keeps its place, since something is wrong with it that may be put right. */
    readonly route: RouteClaim | undefined;
    /** The priority with those bits 0. */
    readonly base: number;
    /** What the first of equals has in those bits; each further one has one less. */
    readonly first: number;
    /** Of the route, for its own table. */
    readonly rank: string;
  };
  /** Key: the route's name. First. */
  readonly route: RouteClaim;
  /** Key: the service's name. Merged: the first definition, all routes. */
  readonly service:
    | {
        readonly type: "service";
        readonly service: Service;
        readonly plugins: readonly PluginUse[];
        /** Only routes of the object that defines it belong to it, which is that of the same rank. */
        readonly isExclusive?: true;
      }
    | ({ readonly type: "route" } & RouteClaim)
    | { readonly type: "client-certificate"; readonly id: string };
  /** Key: the upstream's name. First. */
  readonly upstream: {
    readonly upstream: Upstream;
    readonly targets: Handed<Targets> | readonly Target[];
    /** What its balancing comes from: a KongUpstreamPolicy, a KongIngress. */
    readonly sources: readonly ObjectRef[];
  };
  /** Key: the id. First. */
  readonly caCertificate: { readonly certificate: CaCertificate };
  /** Key: `namespace:name` of the plugin as its referrers see it. Product of its relations. */
  readonly plugin: PluginBinding | ({ readonly kind: "custom_entity" } & CustomEntity);
  /** Key: the plugin's name in Kong and its relations. First. */
  readonly boundPlugin: BoundPlugin;
  /** Key: see `customEntityKey`. First. */
  readonly customEntity: CustomEntity;
  /** Key: the plugin's name. All fail. */
  readonly globalPlugin: { readonly plugin: Handed<ResolvedPlugin> };
  /** Key: the `instance_name` of plugins that have one. The first keeps it. */
  readonly instanceName: { readonly plugin: Plugin; readonly sort: string; readonly origins: readonly ObjectRef[] };
  /** Key: prefix. First. */
  readonly vault: { readonly vault: Vault };
  /** Key: "". Newest. */
  readonly license: { readonly license: License };
}

export interface RouteClaim {
  readonly route: Route;
  /** Where in the object its paths come from, if not all from one place. */
  readonly places?: Readonly<Record<string, string>>;
  readonly service: string;
  readonly plugins: readonly PluginUse[];
}

export interface Targets {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
}

export type TableName = keyof Tables;

export interface ClaimIn<Name extends TableName> {
  readonly table: Name;
  readonly key: string;
  /** Smaller is first. See `rankOf`. */
  readonly rank: string;
  readonly origin: ObjectRef;
  /** Where in the origin, if that can be said. */
  readonly path?: string;
  readonly value: Tables[Name];
  /** Of an object that is left out: it keeps what only one can have, and yields nothing. */
  readonly blocked?: boolean;
  /** Of what stands in for an object that is left out, with former versions of what it uses: what it shares with others is as they say now. */
  readonly standsIn?: boolean;
}

export type Claim = { readonly [Name in TableName]: ClaimIn<Name> }[TableName];

/** What one root object comes to. */
export interface Fragment {
  readonly claims: readonly Claim[];
  readonly problems: readonly Problem[];
}

/** KIC's order of kinds: who comes first wins what only one can have. */
const KIND_ORDER: readonly string[] = [
  "Ingress",
  "TCPIngress",
  "UDPIngress",
  "HTTPRoute",
  "UDPRoute",
  "TCPRoute",
  "TLSRoute",
  "GRPCRoute",
  "Gateway",
  "ListenerSet",
];

/** The place of an object among those that claim the same thing: KIC's order of kinds, then the older, then namespace/name. Never the order of arrival. */
export function rankOf(object: KubernetesObject): string {
  const at = KIND_ORDER.indexOf(object.kind);
  const kind = String(at < 0 ? KIND_ORDER.length : at).padStart(2, "0");
  const { creationTimestamp, namespace, name } = object.metadata;
  // Joined it is one string; put together by a template it may stay a chain of its parts.
  return [kind, creationTimestamp ?? "", `${namespace ?? ""}/${name}`].join(" ");
}
