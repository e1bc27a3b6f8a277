// Makes sure that the API server of the end-to-end tests is there, building it if need be, and prints where; says so where it cannot be had.
import prepareApiServer, { apiServerAvailable, apiServerBinaries } from "../test/support/api-server-binaries.ts";

await prepareApiServer();
if (apiServerAvailable()) {
  const { apiServer, etcd } = await apiServerBinaries();
  console.log(`${apiServer}\n${etcd}`);
}
