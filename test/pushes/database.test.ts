import { targetText } from "../../src/gateways/entities/target-text.ts";
import { pushCases } from "./push-cases.ts";

pushCases({
  mode: "database",
  oneChange: "PATCH /services/11111111-1111-4111-8111-111111111111 200",
  cut: { kind: "drop", method: "POST", path: "/routes" },
  shownTarget: targetText,
});
