import { type Entity, type EntitySet, entitiesOf } from "../entity-set.ts";

/** Credentials by what a client shows. */
export class CredentialIndex {
  readonly #maps = new Map<string, Map<string, Entity>>();
  readonly #groups = new Map<string, string[]>();

  constructor(entities: EntitySet) {
    const keys: readonly (readonly [string, string])[] = [
      ["keyauth_credentials", "key"],
      ["basicauth_credentials", "username"],
      ["hmacauth_credentials", "username"],
      ["jwt_secrets", "key"],
    ];
    for (const [kind, field] of keys) {
      const map = new Map<string, Entity>();
      for (const entity of entitiesOf(entities, kind)) map.set(String(entity[field]), entity);
      this.#maps.set(kind, map);
    }
    for (const acl of entitiesOf(entities, "acls")) {
      const consumer = (acl["consumer"] as { readonly id?: string } | null)?.id ?? "";
      const groups = this.#groups.get(consumer);
      if (groups === undefined) this.#groups.set(consumer, [String(acl["group"])]);
      else groups.push(String(acl["group"]));
    }
  }

  find(kind: string, key: string): Entity | undefined {
    return this.#maps.get(kind)?.get(key);
  }

  /** The ACL groups of a consumer, by its id. */
  groupsOf(consumerId: string): readonly string[] {
    return this.#groups.get(consumerId) ?? [];
  }
}
