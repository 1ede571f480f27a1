const WHOLE = 10_000

/** Basis points of an amount in minor units, rounded half up: 9000 of 333 are 300. */
export function portion(amount: number, basisPoints: number): number {
  // At most 10^8 × 10^4: exact in a double.
  return Math.floor((amount * basisPoints + WHOLE / 2) / WHOLE)
}

/**
 * Divides an amount by weights into whole minor units that sum to it: each gets its exact share rounded down, and what
 * is left goes one by one to the largest remainders, the earlier first. Weights of nothing get nothing; with none at
 * all the first takes everything.
 */
export function split(amount: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (total === 0) return weights.map((_, index) => (index === 0 ? amount : 0))
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight))
  const parts = exact.map((product) => Number(product / BigInt(total)))
  const left = amount - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = exact
    .map((product, index) => ({ index, remainder: product % BigInt(total) }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of byRemainder.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1
  return parts
}
