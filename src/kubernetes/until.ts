/** For tests with real sockets: lets the event loop turn until `check` holds; rejects after `limit` ms. */
export async function until(check: () => boolean, limit = 5000): Promise<void> {
  const end = performance.now() + limit;
  while (!check()) {
    if (performance.now() > end) throw new Error(`not so within ${limit} ms: ${check.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
