import { expect, it } from "vitest";
import { compile, objectsOf, outcome } from "../testing/compile.ts";

function ingress(tls: string) {
  return objectsOf(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {ingressClassName: kong, tls: ${tls}}
`);
}

it("orders what one object claims twice by the place in it, whichever it claimed first", async () => {
  const both = ingress("[{hosts: [a.example.com], secretName: x}, {hosts: [a.example.com], secretName: y}]");
  const afresh = await compile(both);
  const { compiler, store } = await compile(
    ingress("[{hosts: [], secretName: x}, {hosts: [a.example.com], secretName: y}]"),
  );
  store.set(both[0]!);
  await compiler.run();
  expect(outcome(compiler).problems).toEqual(afresh.problems);
  expect(afresh.problems[0]).toContain("spec.tls[0]: the Secret shop/x does not exist");
});
