/** A place in an object, outermost key first. */
export type Path = readonly (string | number)[];

/** As people write it: `spec.rules[0].host`, `metadata.annotations["konghq.com/retries"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (!/^[A-Za-z_$][\w$-]*$/.test(key)) text += `[${JSON.stringify(key)}]`;
    else text += text === "" ? key : `.${key}`;
  }
  return text;
}
