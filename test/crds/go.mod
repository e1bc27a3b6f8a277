// Modules whose published CRDs the tests install; test/support/published-crds.ts reads them from Go's module cache.
module silverback.test/crds

go 1.24.0

require (
	github.com/kong/kubernetes-configuration/v2 v2.0.0-alpha.1
	sigs.k8s.io/gateway-api v1.6.3
)
