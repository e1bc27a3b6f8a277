import { testApiServerFault } from "./support/api-server-trial.ts";

testApiServerFault("restart", "the API server crashes, and is restarted");
