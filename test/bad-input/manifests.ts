/** A Service in `shop` that is a name outside of the cluster, as YAML. */
export function service(name: string, port = 80): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { type: ExternalName, externalName: localhost, ports: [{ port: ${port} }] }
`;
}

export interface IngressExtras {
  readonly labels?: object;
  readonly annotations?: object;
  readonly path?: string;
  readonly pathType?: string;
  readonly port?: number;
}

/** An Ingress in `shop` for a host, to the Service `echo`, as YAML. */
export function ingress(name: string, host: string, extras: IngressExtras = {}): string {
  const { labels, annotations, path = "/", pathType = "Prefix", port = 80 } = extras;
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: ${JSON.stringify({ name, namespace: "shop", labels, annotations })}
spec:
  ingressClassName: kong
  rules:
  - host: ${JSON.stringify(host)}
    http: {paths: [{path: ${JSON.stringify(path)}, pathType: ${pathType}, backend: {service: {name: echo, port: {number: ${port}}}}}]}
`;
}
