import { accepted, flag } from "../flag.ts";
import { csv } from "../lists.ts";
import { controllerName, namespacedName } from "../names.ts";
import { bool, duration, int, notNegative, positive, text } from "../scalars.ts";
import { optional } from "../value-type.ts";

export const kubernetesFlags = {
  kubeconfig: flag(
    text,
    "",
    "Kubeconfig file. Without it, and without --apiserver-host, the Pod's own service account is used.",
  ),
  "apiserver-host": flag(text, "", "URL of the API server, instead of the one that the kubeconfig or the Pod gives."),
  "apiserver-qps": flag(positive(int), 100, "The most requests a second to the API server, on average."),
  "apiserver-burst": flag(positive(int), 300, "The most requests at once to the API server."),
  "ingress-class": flag(text, "kong", "The ingress class whose objects are ours."),
  "gateway-api-controller-name": flag(
    controllerName,
    "konghq.com/kic-gateway-controller",
    "The controller name that makes a GatewayClass ours.",
  ),
  "gateway-to-reconcile": flag(
    optional(namespacedName),
    undefined,
    "The only Gateway to care for, with the routes attached to it, instead of all of our classes.",
  ),
  "watch-namespace": flag(
    csv,
    [],
    "The only namespaces to read from; all when empty. That of --publish-service is added. Cluster-wide kinds are always read.",
  ),
  "secret-label-selector": accepted(
    text,
    "",
    'In KIC, a label that Secrets must carry with the value "true" to be read although nothing refers to them.',
    "the Secrets and ConfigMaps that something refers to are read, whatever their labels, and no others",
  ),
  "configmap-label-selector": accepted(
    text,
    "konghq.com/configmap",
    "In KIC, the same for ConfigMaps.",
    "the Secrets and ConfigMaps that something refers to are read, whatever their labels, and no others",
  ),
  "cluster-domain": flag(
    text,
    "",
    "The cluster's DNS domain, such as cluster.local, put behind the names of Services that Kong itself resolves.",
  ),
  "enable-drain-support": flag(
    bool,
    false,
    "Keep endpoints that are terminating as targets with weight 0, so that their connections can finish.",
  ),
  "combined-services-from-different-httproutes": flag(
    bool,
    false,
    "Share one Kong service among HTTPRoutes of a namespace with equal back ends.",
  ),
  "emit-kubernetes-events": flag(bool, true, "Write Kubernetes Events about objects and pushes."),
  "election-id": flag(text, "5b374a9e.konghq.com", "Name of the Lease that says which replica pushes."),
  "election-namespace": flag(text, "", "Namespace of the Lease; that of the Pod when empty."),
  "force-leader-election": flag(
    text,
    "",
    "Turns leader election on (enabled) or off (disabled); with anything else it is automatic.",
    {
      hidden: true,
    },
  ),
  "term-delay": flag(
    notNegative(duration),
    0,
    "The process ends with code 1 if it is still there this long after the first SIGTERM or SIGINT. 0 waits without end. A push that is under way is waited for up to five seconds, at most half of this. A second signal ends the process at once.",
  ),
  "sync-period": accepted(
    duration,
    36_000_000,
    "In KIC, how often every object is looked at again without a change.",
    "every change is seen as it happens, and a watch that breaks begins with a new list",
  ),
  "cache-sync-timeout": accepted(
    duration,
    120_000,
    "In KIC, how long the first lists may take before the process ends.",
    "the first lists are tried until they succeed",
  ),
};
