import { expect, it } from "vitest";
import { listenerConflicts } from "./listener-conflicts.ts";

const on = (text: string, owner = "gw") => {
  const [protocol = "", port = "", hostname = ""] = text.split(" ");
  return { owner, protocol, port: Number(port), hostname };
};
const verdicts = (...listeners: readonly string[]) => listenerConflicts(listeners.map((text) => on(text)));

it.each([
  ["different names on a port", ["HTTP 80 a.com", "HTTP 80 b.com", "HTTP 80"], [undefined, undefined, undefined]],
  [
    "the same name",
    ["HTTP 80 a.com", "HTTP 80 a.com", "HTTP 80 b.com"],
    ["HostnameConflict", "HostnameConflict", undefined],
  ],
  ["no name twice", ["HTTP 80", "HTTP 80"], ["HostnameConflict", "HostnameConflict"]],
  ["HTTPS and TLS", ["HTTPS 443 a.com", "TLS 443 b.com"], [undefined, undefined]],
  ["HTTPS and TLS of one name", ["HTTPS 443 a.com", "TLS 443 a.com"], ["HostnameConflict", "HostnameConflict"]],
  [
    "HTTP and HTTPS",
    ["HTTP 80 a.com", "HTTPS 80 b.com", "HTTP 81"],
    ["ProtocolConflict", "ProtocolConflict", undefined],
  ],
  [
    "all on the port lose",
    ["HTTP 80 a.com", "HTTP 80 b.com", "TCP 80"],
    ["ProtocolConflict", "ProtocolConflict", "ProtocolConflict"],
  ],
  ["TCP twice", ["TCP 9000", "TCP 9000"], ["ProtocolConflict", "ProtocolConflict"]],
  ["TCP and UDP", ["TCP 53", "UDP 53"], [undefined, undefined]],
  ["other ports", ["TCP 1", "TCP 2", "HTTP 3"], [undefined, undefined, undefined]],
])("%s", (_, listeners, expected) => {
  expect(verdicts(...listeners)).toEqual(expected);
});

it("lets the owner that comes first keep what another one asks for too", () => {
  const listeners = [on("HTTP 80 a.com"), on("HTTP 80 a.com", "set"), on("TCP 80", "set"), on("HTTP 80 b.com", "set")];
  expect(listenerConflicts(listeners)).toEqual([undefined, "HostnameConflict", "ProtocolConflict", undefined]);
});
