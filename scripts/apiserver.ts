// Makes sure that the API server of the end-to-end tests is there, building it if need be, and prints where. Ends with 0 also where it cannot be had, unless CI is set.
import { apiServerAvailable, apiServerBinaries } from "../test/support/api-server-binaries.ts";

if (apiServerAvailable()) {
  const { apiServer, etcd } = await apiServerBinaries();
  console.log(`${apiServer}\n${etcd}`);
}
