import {
  decide,
  findFree,
  type ModelTimeFacts,
  stretchText,
  type TimeDecision,
  type TimeQuestion,
} from '#server/domains/availability/index.ts'
import type { ModelQuote } from '#server/domains/bookings/index.ts'
import { type Candidate, lacking, placeFor, type Wish } from './match-candidates.ts'

/** The one thing that would make her fit. */
export interface MatchChange {
  kind: 'time' | 'place' | 'services' | 'price'
  text: string
  /** Of time. */
  start?: Date
  end?: Date
  /** Of place: the slug of where she is. */
  location?: string
  /** Of services: codes to leave out. */
  leaveOut?: string[]
}

export interface Judged {
  candidate: Candidate
  facts: ModelTimeFacts | undefined
  quote: ModelQuote | null
}

const HOUR_MS = 3_600_000
/** As far as another time is looked for: this long before the wish and after it. */
export const AROUND = { before: 12 * HOUR_MS, after: 36 * HOUR_MS } as const

export function questionFor(wish: Wish & { from: Date; to: Date }, candidate: Candidate): TimeQuestion {
  return {
    modelId: candidate.id,
    startsAt: wish.from,
    endsAt: wish.to,
    locationId: (candidate.serves ? placeFor(wish, candidate) : candidate.home).id,
    callType: 'incall',
    serviceIds: wish.services.map(({ id }) => id),
  }
}

export function decisionFor(wish: Wish, candidate: Candidate, facts: ModelTimeFacts | undefined, now: Date): TimeDecision | null {
  if (wish.from === null || wish.to === null || !facts) return null
  return decide(facts, questionFor({ ...wish, from: wish.from, to: wish.to }, candidate), now)
}

/**
 * What one change would make her fit; null when she fits, or no single one would. The change is true: with it, everything
 * else stands (`facts` reach AROUND the wish, the quote is for where she would be).
 */
export function changeFor(wish: Wish, { candidate, facts, quote }: Judged, now: Date): MatchChange | null {
  const missing = lacking(wish, candidate)
  const decision = decisionFor(wish, candidate, facts, now)
  const timed = decision === null || decision.ok
  const wrong = [!candidate.serves, missing.length > 0, !timed, quote === null].filter(Boolean).length
  if (wrong !== 1) return null
  if (!candidate.serves) {
    const { slug, title } = candidate.home
    return { kind: 'place', text: `Meet her at ${title}, where she is`, location: slug }
  }
  if (missing.length > 0) {
    // Without any of them nothing is left of the wish.
    if (missing.length === wish.services.length) return null
    return {
      kind: 'services',
      text: `Leave out ${listed(missing.map(({ name }) => name))}`,
      leaveOut: missing.map(({ code }) => code),
    }
  }
  if (quote === null) return { kind: 'price', text: `Give her a rate for that long at ${placeFor(wish, candidate).title}` }
  return facts ? otherTime(wish, candidate, facts, now) : null
}

/** The nearest time of the same length that she could be held for. */
function otherTime(wish: Wish, candidate: Candidate, facts: ModelTimeFacts, now: Date): MatchChange | null {
  const { from, to } = wish
  if (from === null || to === null) return null
  const length = to.getTime() - from.getTime()
  const find = (start: number, end: number, limit: number) =>
    findFree(facts, {
      durationMinutes: length / 60_000,
      from: new Date(Math.max(start, facts.window.from)),
      to: new Date(Math.min(end, facts.window.to)),
      locationId: placeFor(wish, candidate).id,
      callType: 'incall',
      serviceIds: wish.services.map(({ id }) => id),
      now,
      limit,
    })
  const later = find(from.getTime(), to.getTime() + AROUND.after, 1)[0]
  const earlier = find(from.getTime() - AROUND.before / 2, to.getTime(), 48).at(-1)
  const distance = (one: { start: Date } | undefined) =>
    one ? Math.abs(one.start.getTime() - from.getTime()) : Number.POSITIVE_INFINITY
  const nearest = distance(earlier) < distance(later) ? earlier : later
  if (!nearest) return null
  const text = `Free ${stretchText(facts.zone, nearest.start.getTime(), nearest.end.getTime())}`
  return { kind: 'time', text, start: nearest.start, end: nearest.end }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
