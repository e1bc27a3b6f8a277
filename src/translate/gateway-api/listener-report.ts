import type { ObjectRef, Problem } from "../../base/problem.ts";
import type { ListenerObject } from "../../resources/gateway-api/listener.ts";
import type { View } from "../input.ts";
import { isKnownProtocol, type OpenListener, type RouteKind, supportedKinds, tlsModeOf } from "./listener.ts";
import { type ListenerCertificate, type ListenerCertificates, listenerCertificates } from "./listener-certificates.ts";
import { type Conflict, listenerConflicts } from "./listener-conflicts.ts";
import { type Published, unreachable } from "./published.ts";

/** A listener where it stands. */
export interface OwnedListener {
  readonly listener: ListenerObject;
  /** The Gateway or the ListenerSet. */
  readonly owner: ObjectRef;
  /** In the owner. */
  readonly path: string;
}

/** A condition of a status, without its times. */
export interface ConditionReport {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** What a listener comes to: all that its status says but for the number of its routes. */
export interface ListenerReport {
  readonly open: OpenListener;
  readonly owner: ObjectRef;
  readonly path: string;
  readonly supportedKinds: readonly RouteKind[];
  /** Sorted by type. */
  readonly conditions: readonly ConditionReport[];
  /** Shown while the listener is programmed. */
  readonly certificates: readonly ListenerCertificate[];
  readonly problems: readonly Problem[];
}

/** Reports on all listeners of a Gateway, in their order of precedence (spec: gateway-api §3.3). */
export function reportListeners(
  listeners: readonly OwnedListener[],
  published: Published,
  view: View,
): readonly ListenerReport[] {
  const conflicts = listenerConflicts(
    listeners.map(({ listener, owner }) => ({
      owner: ownerKey(owner),
      protocol: listener.protocol,
      port: listener.port,
      hostname: listener.hostname ?? "",
    })),
  );
  return listeners.map((listener, at) => reportListener(listener, conflicts[at], published, view));
}

function reportListener(
  { listener, owner, path }: OwnedListener,
  conflict: Conflict | undefined,
  { ports, refused }: Published,
  view: View,
): ListenerReport {
  const { kinds, unknown } = supportedKinds(listener);
  const certificates = listenerCertificates(listener, owner, path, view);
  const known = isKnownProtocol(listener.protocol);
  const closed = known ? unreachable(listener.protocol, listener.port, ports) : "UnsupportedProtocol";
  const shown = certificates.reason === undefined || certificates.certificates.length > 0;
  const programmed =
    closed === undefined && conflict === undefined && kinds.length > 0 && shown && refused === undefined;
  const complain = (severity: Problem["severity"], code: string, field: string, message: string): Problem => ({
    code,
    severity,
    object: owner,
    path: path + field,
    message,
  });
  const problems: Problem[] = [...certificates.problems];
  if (!known) {
    problems.push(
      complain(
        "error",
        "listener-protocol",
        ".protocol",
        `Kong has no listener of protocol ${listener.protocol}; it can be HTTP, HTTPS, TLS, TCP or UDP`,
      ),
    );
  }
  if (known && closed !== undefined) {
    problems.push(
      complain(
        "error",
        "listener-port",
        ".port",
        `the Service in front of Kong has no port ${listener.port} for ${listener.protocol === "UDP" ? "UDP" : "TCP"}, so that nothing can reach this listener; add the port there, or choose one of it`,
      ),
    );
  }
  if (unknown.length > 0) {
    const rest = kinds.length === 0 ? "the listener takes no routes at all" : `it takes ${kinds.join(", ")} only`;
    problems.push(
      complain(
        "error",
        "listener-kinds",
        ".allowedRoutes.kinds",
        `there are no routes of kind ${unknown.join(", ")} here; ${rest}`,
      ),
    );
  }
  if (conflict === "ProtocolConflict") {
    problems.push(
      complain(
        "error",
        "listener-conflict",
        ".protocol",
        `port ${listener.port} is also that of a listener whose protocol cannot share it, and this one is not used; give them ports of their own`,
      ),
    );
  }
  if (conflict === "HostnameConflict") {
    problems.push(
      complain(
        "error",
        "listener-conflict",
        ".hostname",
        `another listener of port ${listener.port} has the same host name, and this one is not used; give them different ones, or different ports`,
      ),
    );
  }
  return {
    open: {
      face: {
        owner: ownerKey(owner),
        name: listener.name,
        protocol: listener.protocol,
        port: listener.port,
        hostname: listener.hostname ?? "",
        tlsMode: tlsModeOf(listener),
      },
      admission: {
        from: listener.allowedRoutes?.namespaces?.from as OpenListener["admission"]["from"],
        selector: listener.allowedRoutes?.namespaces?.selector,
        namespace: owner.namespace,
        kinds,
      },
      programmed,
    },
    owner,
    path,
    supportedKinds: kinds,
    conditions: conditions({ closed, conflict, certificates, unknown, programmed, refused }, problems),
    certificates: certificates.certificates,
    problems,
  };
}

interface Findings {
  readonly closed: "UnsupportedProtocol" | "PortUnavailable" | undefined;
  readonly conflict: Conflict | undefined;
  readonly certificates: ListenerCertificates;
  readonly unknown: readonly string[];
  readonly programmed: boolean;
  /** Why its Gateway cannot be served. */
  readonly refused: string | undefined;
}

function conditions(
  { closed, conflict, certificates, unknown, programmed, refused }: Findings,
  problems: readonly Problem[],
): readonly ConditionReport[] {
  const unresolved = certificates.reason ?? (unknown.length > 0 ? "InvalidRouteKinds" : undefined);
  const message = problems.find(({ severity }) => severity === "error")?.message ?? refused ?? "";
  const say = (type: string, holds: boolean, reason: string): ConditionReport => ({
    type,
    status: holds ? "True" : "False",
    reason,
    message: holds === (type === "Conflicted") ? message : "",
  });
  return [
    say("Accepted", closed === undefined, closed ?? "Accepted"),
    say("Conflicted", conflict !== undefined, conflict ?? "NoConflicts"),
    say("Programmed", programmed, programmed ? "Programmed" : "Invalid"),
    say("ResolvedRefs", unresolved === undefined, unresolved ?? "ResolvedRefs"),
  ];
}

/** `Kind/namespace/name`. */
export function ownerKey(owner: ObjectRef): string {
  return `${owner.kind}/${owner.namespace}/${owner.name}`;
}
