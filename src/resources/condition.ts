import { integer, list, listMap, optional, record, text, word } from "./schema.ts";

/** One condition of a status (metav1.Condition), with the API's own limits. */
export const Condition = record(
  {
    type: text({
      description: "What the condition says something about.",
      maxLength: 316,
      pattern:
        "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
    }),
    status: word(["True", "False", "Unknown"], { description: "Whether it holds." }),
    reason: text({
      description: "Why, as one word that programs read.",
      minLength: 1,
      maxLength: 1024,
      pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
    }),
    message: text({ description: "Why, in words for people.", maxLength: 32768 }),
    lastTransitionTime: text({ description: "When `status` changed last.", format: "date-time" }),
    observedGeneration: optional(
      integer({ description: "The generation of the object that this is about.", format: "int64", minimum: 0 }),
    ),
  },
  { description: "One condition." },
);

/** What stands in a status until a controller has written one. */
const WAITING = [
  {
    lastTransitionTime: "1970-01-01T00:00:00Z",
    message: "Waiting for controller",
    reason: "Pending",
    status: "Unknown",
    type: "Programmed",
  },
] as const;

const CONDITIONS = {
  description: "What a controller has made of this object.",
  maxItems: 8,
  ...listMap("type"),
} as const;

/** Conditions without a first value. */
export const plainConditions = list(Condition, CONDITIONS);
/** Conditions that begin as "Programmed: Unknown". */
export const waitingConditions = list(Condition, { ...CONDITIONS, default: WAITING });
/** The first value of a whole status, where it is set there and not on its conditions. */
export const WAITING_STATUS = { conditions: WAITING } as const;

/** Conditions as the Gateway API's kinds have them: read from objects that others wrote, so only what is read is asked for. */
export const readConditions = list(
  record({
    type: text(),
    status: text(),
    reason: optional(text()),
    message: optional(text()),
    lastTransitionTime: optional(text()),
    observedGeneration: optional(integer()),
  }),
);
