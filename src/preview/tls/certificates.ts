import { createSecureContext, type SecureContext } from "node:tls";
import { type EntitySet, entitiesOf } from "../entity-set.ts";
import type { CertificateEntity, SniEntity } from "../runtime/types.ts";

/** The certificates of a configuration, chosen by the name that a client asks for. */
export class Certificates {
  readonly #byId = new Map<string, CertificateEntity>();
  readonly #bySni = new Map<string, string>();
  readonly #contexts = new Map<string, SecureContext>();
  readonly #authorities: ReadonlyMap<string, string>;

  constructor(entities: EntitySet) {
    for (const certificate of entitiesOf(entities, "certificates") as readonly CertificateEntity[])
      this.#byId.set(certificate.id, certificate);
    for (const sni of entitiesOf(entities, "snis") as readonly SniEntity[])
      this.#bySni.set(sni.name, sni.certificate.id);
    this.#authorities = new Map(entitiesOf(entities, "ca_certificates").map((ca) => [ca.id, String(ca["cert"])]));
  }

  /** Exact names come first, then a star for the first label, then one for the last, then `*`. */
  contextFor(serverName: string): SecureContext | undefined {
    const labels = serverName.split(".");
    const names = [serverName];
    if (labels.length > 1) names.push(`*.${labels.slice(1).join(".")}`, `${labels.slice(0, -1).join(".")}.*`);
    for (const name of [...names, "*"]) {
      const id = this.#bySni.get(name);
      const context = id === undefined ? undefined : this.#context(id);
      if (context !== undefined) return context;
    }
    return undefined;
  }

  /** PEM texts of a certificate and its key. */
  pair(id: string): { readonly cert: string; readonly key: string } | undefined {
    return this.#byId.get(id);
  }

  /** PEM text of an authority. */
  authority(id: string): string | undefined {
    return this.#authorities.get(id);
  }

  #context(id: string): SecureContext | undefined {
    const known = this.#contexts.get(id);
    const certificate = this.#byId.get(id);
    if (known !== undefined || certificate === undefined) return known;
    const context = createSecureContext({
      cert: [certificate.cert, ...(certificate.cert_alt == null ? [] : [certificate.cert_alt])],
      key: [certificate.key, ...(certificate.key_alt == null ? [] : [certificate.key_alt])],
    });
    this.#contexts.set(id, context);
    return context;
  }
}
