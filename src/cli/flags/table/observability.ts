import { accepted, flag } from "../flag.ts";
import { gateChoices } from "../gates.ts";
import { listenAddress } from "../names.ts";
import { bool, oneOf, port } from "../scalars.ts";

export const observabilityFlags = {
  "health-probe-bind-address": flag(listenAddress(), { host: "", port: 10254 }, "Where /healthz and /readyz listen."),
  "metrics-bind-address": flag(
    listenAddress("0"),
    { host: "", port: 10255 },
    "Where /metrics listens, or 0 for not at all.",
  ),
  "metrics-access-filter": flag(
    oneOf(["off", "rbac"]),
    "off",
    "Who may read metrics: everybody (off), or those whom the API server allows it (rbac, over TLS).",
  ),
  profiling: flag(
    bool,
    false,
    "Serve profiles under /debug/pprof/ on the diagnostics port: V8's .cpuprofile and .heapprofile, which Chrome's developer tools open.",
  ),
  "dump-config": flag(
    bool,
    false,
    "Serve the last configurations under /debug/config/ on the diagnostics port, secrets left out.",
  ),
  "dump-sensitive-config": flag(bool, false, "Leave the secrets in what --dump-config serves."),
  "diagnostic-server-port": flag(port, 10256, "The diagnostics port; open with --profiling or --dump-config.", {
    hidden: true,
  }),
  "anonymous-reports": accepted(
    bool,
    true,
    "In KIC, usage reports to Kong.",
    "Silverback reports nothing to anybody, whatever this flag says",
  ),
  "feature-gates": flag(gateChoices, new Map(), "Turn features on and off, as A=true,B=false."),
};
