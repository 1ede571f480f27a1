/** Of two versions of the same fields just those that differ, as an audit row keeps them. Moments and lists differ by what they say. */
export function differences(before: object, after: object): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const was: Record<string, unknown> = { ...before }
  const is: Record<string, unknown> = { ...after }
  const keys = Object.keys(is).filter((key) => JSON.stringify(was[key] ?? null) !== JSON.stringify(is[key] ?? null))
  const of = (values: Record<string, unknown>) => Object.fromEntries(keys.map((key) => [key, values[key] ?? null]))
  return { before: of(was), after: of(is) }
}
