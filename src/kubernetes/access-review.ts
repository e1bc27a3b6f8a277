import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import type { ApiClient } from "./client.ts";

/** What the API server says about who asks for a path of ours. */
export type AccessVerdict = "allowed" | "denied" | "unknown-caller";

interface Caller {
  readonly username: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: unknown;
}

/** How long answers count, ms (the times of controller-runtime's filter). */
const ALLOWED_FOR = 60_000;
const OTHERS_FOR = 30_000;
const MOST_REMEMBERED = 1_000;

/**
 * Lets the API server decide who may read a path of ours: it says whose a bearer token is (TokenReview), and whether they may get that path (SubjectAccessReview). Needs the
 * verb create for both. Answers are remembered for a while, under the token's digest.
 */
export class AccessReviews {
  readonly #client: Pick<ApiClient, "request">;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly verdict: AccessVerdict; readonly until: number }>();

  constructor(client: Pick<ApiClient, "request">, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Rejects as the client does when the API server cannot be asked. */
  async mayGet(token: string, path: string): Promise<AccessVerdict> {
    const key = `${createHash("sha256").update(token).digest("hex")} ${path}`;
    const now = this.#clock.monotonic();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.verdict;
    const caller = await this.#callerOf(token);
    const verdict =
      caller === undefined ? "unknown-caller" : (await this.#isGranted(caller, path)) ? "allowed" : "denied";
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(key, { verdict, until: now + (verdict === "allowed" ? ALLOWED_FOR : OTHERS_FOR) });
    return verdict;
  }

  async #callerOf(token: string): Promise<Caller | undefined> {
    const status = await this.#review("authentication.k8s.io", "tokenreviews", "TokenReview", { token });
    const user = isJsonObject(status["user"]) ? status["user"] : {};
    const { username, uid, groups, extra } = user;
    if (status["authenticated"] !== true || typeof username !== "string") return undefined;
    return {
      username,
      uid: typeof uid === "string" ? uid : undefined,
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : [],
      extra,
    };
  }

  async #isGranted({ username, uid, groups, extra }: Caller, path: string): Promise<boolean> {
    const spec = {
      user: username,
      groups,
      ...(uid === undefined ? {} : { uid }),
      ...(extra === undefined ? {} : { extra }),
      nonResourceAttributes: { path, verb: "get" },
    };
    const status = await this.#review("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", spec);
    return status["allowed"] === true;
  }

  async #review(
    group: string,
    plural: string,
    kind: string,
    spec: object,
  ): Promise<{ readonly [field: string]: unknown }> {
    const { value } = await this.#client.request({
      method: "POST",
      path: `/apis/${group}/v1/${plural}`,
      body: { apiVersion: `${group}/v1`, kind, metadata: {}, spec },
    });
    const status = isJsonObject(value) ? value["status"] : undefined;
    return isJsonObject(status) ? status : {};
  }
}
