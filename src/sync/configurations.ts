import { hash } from "node:crypto";
import { schemasOf } from "../kong/schema/schemas.ts";
import type { Profile } from "../translate/input.ts";
import type { StartCompilation } from "./compilation.ts";
import { Configuration } from "./configuration.ts";

/** One configuration for each distinct profile among the gateways; as long as none has answered, the one that is assumed. */
export class Configurations {
  readonly #start: StartCompilation;
  readonly #maxShrinkPercent: number | undefined;
  readonly #all = new Map<string, Configuration>();
  #latest: string;

  constructor(start: StartCompilation, assumed: Profile, maxShrinkPercent?: number) {
    this.#start = start;
    this.#maxShrinkPercent = maxShrinkPercent;
    this.#latest = this.ensure(assumed);
  }

  /** The configuration for a profile, begun if need be; returns its key. */
  ensure(profile: Profile): string {
    const key = profileKey(profile);
    if (!this.#all.has(key))
      this.#all.set(key, new Configuration(profile, this.#start(profile), this.#maxShrinkPercent));
    this.#latest = key;
    return key;
  }

  /** Of the profile that was asked for last: what is kept warm while no gateway is there. */
  get latest(): Configuration {
    return this.#all.get(this.#latest)!;
  }

  get(key: string | undefined): Configuration | undefined {
    return key === undefined ? undefined : this.#all.get(key);
  }

  all(): readonly Configuration[] {
    return [...this.#all.values()];
  }

  /** Ends those that no gateway has; returns them. The latest stays. */
  keepOnly(used: ReadonlySet<string>): readonly Configuration[] {
    const dropped: Configuration[] = [];
    for (const [key, configuration] of this.#all) {
      if (used.has(key) || key === this.#latest) continue;
      configuration.close();
      this.#all.delete(key);
      dropped.push(configuration);
    }
    return dropped;
  }

  close(): void {
    for (const configuration of this.#all.values()) configuration.close();
  }
}

/** Equal for profiles that are equal, and fit for people: `traditional_compatible 3.9.1`. */
export function profileKey(profile: Profile): string {
  const { flavor, version, enterprise, workspace, dbless } = profile;
  const words = [
    flavor,
    version.join("."),
    enterprise && "enterprise",
    !dbless && "database",
    workspace && `workspace ${workspace}`,
    pluginWords(profile),
  ];
  return words.filter((word) => word !== false && word !== "").join(" ");
}

/** More names than these are told by their number, and a digest for telling sets apart. */
const MOST_NAMES = 5;

/** How a gateway's plugins differ from those that Kong comes with; "" when they do not, or when nothing is known of them. */
function pluginWords({ flavor, plugins }: Profile): string {
  if (plugins === undefined) return "";
  const standard = new Set(schemasOf(flavor).get("plugins")?.subschemas?.byName.keys());
  const more = plugins.filter((name) => !standard.has(name));
  const less = [...standard.difference(new Set(plugins))].sort();
  return [namesIn("with", more), namesIn("without", less)].filter((words) => words !== "").join(" ");
}

function namesIn(word: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length <= MOST_NAMES) return `${word} ${names.join(", ")}`;
  return `${word} ${names.length} plugins (${hash("sha256", names.join("\n"), "hex").slice(0, 8)})`;
}
