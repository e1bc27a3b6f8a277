import { pushCases } from "./push-cases.ts";

pushCases({
  mode: "db-less",
  oneChange: "POST /config 201",
  cut: { kind: "drop", path: "*" },
  shownTarget: (target) => target,
});
