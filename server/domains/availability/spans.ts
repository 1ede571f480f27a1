/** A stretch of time, [from, to), in milliseconds. Lists of them are in order and don't touch, unless said otherwise. */
export interface Span {
  from: number
  to: number
}

/** Any spans in order, those that touch as one. Empty ones vanish. */
export function unionOf(spans: readonly Span[]): Span[] {
  const sorted = spans.filter((span) => span.to > span.from).sort((a, b) => a.from - b.from)
  const union: Span[] = []
  for (const span of sorted) {
    const last = union.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else union.push({ from: span.from, to: span.to })
  }
  return union
}

/** What of `spans` is in none of `taken`; both any lists. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  let left = unionOf(spans)
  for (const gone of unionOf(taken)) {
    left = left.flatMap((span) => {
      if (gone.to <= span.from || gone.from >= span.to) return [span]
      const parts: Span[] = []
      if (gone.from > span.from) parts.push({ from: span.from, to: gone.from })
      if (gone.to < span.to) parts.push({ from: gone.to, to: span.to })
      return parts
    })
  }
  return left
}

export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}

/** The first of `spans` that meets this one. */
export function firstMeeting<T extends Span>(spans: readonly T[], span: Span): T | undefined {
  return spans.find((other) => overlaps(other, span))
}

/** Whether one of `spans` (a union) holds all of this one. */
export function holds(spans: readonly Span[], span: Span): boolean {
  return spans.some((other) => other.from <= span.from && other.to >= span.to)
}
