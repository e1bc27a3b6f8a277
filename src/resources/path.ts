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

/** The other way round; a text that no path prints as gives the keys up to where it stops being one. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = [];
  const part = /\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const [, name, index, quoted] = match;
    path.push(name ?? (index === undefined ? (JSON.parse(quoted!) as string) : Number(index)));
  }
  return path;
}
