/**
 * The Service that a URL inside of a cluster names, as `namespace/name`: `kong-admin.kong.svc.cluster.local`, `kong-admin.kong.svc`, `kong-admin.kong`, or
 * `kong-admin` beside the own Pod. A name on the Internet may look the same, so it may be a Service that does not exist; undefined when it surely is none.
 */
export function serviceOfUrl(url: string, ownNamespace: string | undefined): string | undefined {
  const { hostname } = new URL(url);
  if (/^[\d.]+$|^\[/.test(hostname) || hostname === "localhost") return undefined;
  const [name, namespace = ownNamespace, svc = "svc"] = hostname.split(".");
  return svc === "svc" && namespace !== undefined ? `${namespace}/${name}` : undefined;
}
