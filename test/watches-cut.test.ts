import { testApiServerFault } from "./support/api-server-trial.ts";

testApiServerFault("watches", "the connections of watches are cut every few seconds");
