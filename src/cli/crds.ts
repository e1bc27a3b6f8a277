import { printCrds } from "../resources/crd/print.ts";
import type { RunCommand } from "./command.ts";

/** `silverback crds`: all CRDs, one YAML document each. */
export const crds: RunCommand = async ({ stdout }) => {
  stdout.write(printCrds());
  return 0;
};
