import { formatCsvRecord, parseCsvRecord } from "./csv-record.ts";
import { checked, type ValueType } from "./value-type.ts";

/** A list given by repeating the flag, or as one CSV record, or both. */
export const csv: ValueType<readonly string[]> = {
  label: "list",
  read(text, earlier = []) {
    const record = parseCsvRecord(text);
    return "cause" in record ? record : { value: [...earlier, ...record.value] };
  },
  show: formatCsvRecord,
};

/** A list of http and https URLs. */
export const urls: ValueType<readonly string[]> = {
  ...checked(csv, (items) => {
    const wrong = items.find((item) => !/^https?:\/\/[^/]/i.test(item) || !URL.canParse(item));
    return wrong === undefined ? undefined : `"${wrong}" is no http or https URL, such as http://localhost:8001`;
  }),
  label: "URLs",
};

/** A list that grows by one item with each occurrence of the flag; commas are nothing special. */
export function repeated<T>(item: ValueType<T>): ValueType<readonly T[]> {
  return {
    label: item.label,
    read(text, earlier = []) {
      const reading = item.read(text);
      return "cause" in reading ? reading : { value: [...earlier, reading.value] };
    },
    show: (items) => items.map((one) => item.show(one)).join(" "),
  };
}
