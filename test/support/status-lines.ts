/** A status in lines that can be compared: what programs read of it, without texts, times and the order of lists. */
export function statusLines(object: string, status: unknown): readonly string[] {
  const fields = record(status);
  return [
    ...conditionLines(object, fields["conditions"]),
    ...list(fields["addresses"]).map(({ type, value }) => `${object} address ${String(type)} ${String(value)}`),
    ...list(record(fields["loadBalancer"])["ingress"]).map(
      (address) => `${object} reached at ${JSON.stringify(address)}`,
    ),
    ...list(fields["listeners"]).flatMap((listener) => listenerLines(object, listener)),
    ...list(fields["parents"]).flatMap((entry) => entryLines(object, "parent", entry, entry["parentRef"])),
    ...list(fields["ancestors"]).flatMap((entry) => entryLines(object, "ancestor", entry, entry["ancestorRef"])),
    ...list(fields["controllers"]).flatMap((entry) =>
      conditionLines(`${object} by ${String(entry["controllerName"])}`, entry["conditions"]),
    ),
  ].sort();
}

type Fields = Readonly<Record<string, unknown>>;

function listenerLines(object: string, listener: Fields): readonly string[] {
  const name = `${object} listener ${String(listener["name"])}`;
  const kinds = list(listener["supportedKinds"]).map(({ kind }) => String(kind));
  return [
    `${name} takes ${kinds.sort().join(", ")}`,
    `${name} has ${String(listener["attachedRoutes"])} routes`,
    ...conditionLines(name, listener["conditions"]),
  ];
}

function entryLines(object: string, what: string, entry: Fields, reference: unknown): readonly string[] {
  const { group, kind, namespace, name, sectionName } = record(reference);
  const section = sectionName === undefined ? "" : `#${String(sectionName)}`;
  const ref = `${String(group)}/${String(kind)}/${String(namespace)}/${String(name)}${section}`;
  return conditionLines(`${object} ${what} ${ref} by ${String(entry["controllerName"])}`, entry["conditions"]);
}

function conditionLines(of: string, conditions: unknown): readonly string[] {
  return list(conditions).map(
    ({ type, status, reason }) => `${of}: ${String(type)} ${String(status)} ${String(reason)}`,
  );
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as readonly Fields[]) : [];
}

function record(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
