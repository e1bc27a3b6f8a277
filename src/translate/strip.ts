/** What Kong fills in by itself is left out of the bytes that go to a gateway. */
export function stripForPush(_section: string, value: object): object {
  return value;
}
