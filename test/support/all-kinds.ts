/** One object, or more where it takes them, of every kind that has a status of ours, all of them in use. */
export const ALL_KINDS = `
apiVersion: v1
kind: Service
metadata:
  name: a
  namespace: shop
  annotations: {konghq.com/upstream-policy: even}
spec: {ports: [{name: main, port: 80}, {name: tls, port: 443}, {name: udp, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Secret
metadata: {name: ann-key, namespace: shop, labels: {konghq.com/credential: key-auth}}
stringData: {key: a-key-of-anns}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: authority, namespace: shop}
data: {ca.crt: none}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: {konghq.com/plugins: limit}}
spec:
  ingressClassName: kong
  rules:
  - host: web.test
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}
      - path: /facade
        pathType: Prefix
        backend: {resource: {apiGroup: incubator.ingress-controller.konghq.com, kind: KongServiceFacade, name: front}}
---
apiVersion: incubator.ingress-controller.konghq.com/v1alpha1
kind: KongServiceFacade
metadata: {name: front, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
spec: {backendRef: {name: a, port: 80}}
---
apiVersion: configuration.konghq.com/v1beta1
kind: TCPIngress
metadata: {name: stream, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
spec: {rules: [{port: 9000, backend: {serviceName: a, servicePort: 80}}]}
---
apiVersion: configuration.konghq.com/v1beta1
kind: UDPIngress
metadata: {name: datagrams, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
spec: {rules: [{port: 9001, backend: {serviceName: a, servicePort: 53}}]}
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: limit, namespace: shop}
plugin: rate-limiting
config: {minute: 100, policy: local}
---
apiVersion: configuration.konghq.com/v1
kind: KongClusterPlugin
metadata: {name: trace, annotations: {kubernetes.io/ingress.class: kong}, labels: {global: "true"}}
plugin: correlation-id
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: ann, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
username: ann
credentials: [ann-key]
---
apiVersion: configuration.konghq.com/v1beta1
kind: KongConsumerGroup
metadata: {name: gold, namespace: shop, annotations: {kubernetes.io/ingress.class: kong}}
---
apiVersion: configuration.konghq.com/v1beta1
kind: KongUpstreamPolicy
metadata: {name: even, namespace: shop}
spec: {algorithm: round-robin}
---
apiVersion: configuration.konghq.com/v1alpha1
kind: KongVault
metadata: {name: environment, annotations: {kubernetes.io/ingress.class: kong}}
spec: {backend: env, prefix: environment, config: {prefix: A_}}
---
apiVersion: configuration.konghq.com/v1alpha1
kind: KongLicense
metadata: {name: licence}
rawLicenseString: "{}"
enabled: true
---
apiVersion: configuration.konghq.com/v1alpha1
kind: KongCustomEntity
metadata: {name: keys, namespace: shop}
spec: {type: key_sets, controllerName: kong, fields: {name: ours}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: kong, annotations: {konghq.com/gatewayclass-unmanaged: "true"}}
spec: {controllerName: konghq.com/kic-gateway-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: kong
  allowedListeners: {namespaces: {from: Same}}
  listeners:
  - {name: http, port: 80, protocol: HTTP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pages, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 80}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: calls, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 80}]}]}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: stream, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 80}]}]}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: UDPRoute
metadata: {name: datagrams, namespace: shop}
spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: a, port: 53}]}]}
---
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TLSRoute
metadata: {name: sealed, namespace: shop}
spec: {parentRefs: [{name: edge}], hostnames: [a.test], rules: [{backendRefs: [{name: a, port: 443}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more, namespace: shop}
spec: {parentRef: {name: edge}, listeners: [{name: b, port: 80, protocol: HTTP, hostname: b.test}]}
---
apiVersion: v1
kind: Service
metadata: {name: sealed, namespace: shop}
spec: {ports: [{port: 443}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: sealed, namespace: shop}
spec: {parentRefs: [{name: edge}], hostnames: [sealed.test], rules: [{backendRefs: [{name: sealed, port: 443}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: sealed, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: sealed}]
  validation: {hostname: sealed.test, caCertificateRefs: [{group: "", kind: ConfigMap, name: authority}]}
`;
