import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { KINDS, type KindEntry } from "../../resources/kinds.ts";
import { AdmittingSink } from "../../sources/admitting-sink.ts";
import { ClusterSource } from "../../sources/cluster/cluster-source.ts";
import type { BulkSelector } from "../../sources/cluster/content-plan.ts";
import { slimmer } from "../../sources/cluster/slim.ts";
import type { WatchedKind } from "../../sources/cluster/watched-kind.ts";
import type { ObjectSink } from "../../sources/sink.ts";
import { allGates, type Gates } from "../flags/gates.ts";
import type { ParsedFlags } from "../flags/parse.ts";
import { type ClusterOptions, clusterOptions } from "../settings/cluster.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import type { ObjectFeed } from "./object-feed.ts";

export interface ClusterFeedOptions {
  readonly access: ClusterAccess;
  readonly flags: ParsedFlags;
  readonly sink: ObjectSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Something of the feed's own state changed; often. */
  readonly changed: () => void;
}

/** Kinds that may be large and many, of which few are needed (design §3, Secrets). */
const ON_DEMAND: readonly string[] = ["Secret", "ConfigMap"];

/** What finds many Secrets at once: those of TLS by their type, those of Kong's by KIC's labels. */
const BULK: Readonly<Record<string, readonly BulkSelector[]>> = {
  Secret: [
    { label: "konghq.com/credential" },
    { label: "konghq.com/ca-cert=true" },
    { field: "type=kubernetes.io/tls" },
  ],
  ConfigMap: [{ label: "konghq.com/ca-cert=true" }],
};

/** Objects from a cluster. */
export function clusterFeed(options: ClusterFeedOptions): ObjectFeed {
  const { access, flags, clock, log, random, sink, changed } = options;
  const chosen = clusterOptions(flags);
  const admitting = new AdmittingSink(sink, changed);
  let source: ClusterSource | undefined;
  let stopped = false;
  return {
    async start() {
      const client = await access.client();
      if (stopped) return;
      log.info(`Reading objects from ${client.server}`);
      source = new ClusterSource({
        client,
        clock,
        log,
        random,
        namespaces: chosen.namespaces,
        resyncPeriod: flags.values["sync-period"],
        kinds: watchedKinds(chosen, allGates(flags.values["feature-gates"])),
        sink: admitting,
        bulk: BULK,
        onChange: changed,
      });
      source.start();
    },
    get complete() {
      return source?.complete ?? false;
    },
    missing() {
      if (source === undefined) return ["access to the API server"];
      const kinds = source.missing().map(({ kind, reason }) => `${kind}: ${reason}`);
      const contents = [...source.unloaded()].filter(([, { count, failure }]) => count > 0 && failure !== undefined);
      return [...kinds, ...contents.map(([kind, { failure }]) => `contents of ${kind}: ${failure?.message}`)];
    },
    problems: () => [...(source?.problems() ?? []), ...admitting.problems()],
    relist: async () => source?.relist(),
    onDemand: ON_DEMAND,
    want: (kind, keys) => source?.want(kind, keys),
    place: (problem) => problem,
    async stop() {
      stopped = true;
      await source?.stop();
    },
  };
}

/** The kinds to read after the flags and gates. */
export function watchedKinds(
  { controllers }: Pick<ClusterOptions, "controllers">,
  gates: Gates,
): readonly WatchedKind[] {
  const flags: ReadonlySet<string> = controllers;
  return KINDS.filter(({ flags: needed }) => needed.every((flag) => flags.has(flag))).flatMap((entry) => {
    const versions = versionsOf(entry, gates);
    if (versions.length === 0) return [];
    const content = ON_DEMAND.includes(entry.kind.kind) ? "on-demand" : "full";
    return [{ kind: entry.kind, versions, required: entry.inKic, content, slim: slimmer(entry.kind.kind) }];
  });
}

/** A gate may be for a whole kind or for some of its versions. */
function versionsOf({ kind, gate }: KindEntry, gates: Readonly<Record<string, boolean>>): readonly string[] {
  if (gate === undefined || gates[gate.name] === true) return kind.versions;
  return gate.versions === undefined ? [] : kind.versions.filter((version) => !gate.versions!.includes(version));
}
