import type { MatchReason } from '#db/tables/index.ts'
import type { TimeDecision } from '#server/domains/availability/index.ts'
import type { ModelQuote } from '#server/domains/bookings/index.ts'
import type { Candidate, Wish } from './match-candidates.ts'

/** What a perfect match is made of: 100. */
const POINTS = { home: 20, serves: 14, free: 30, tentative: 15, noTime: 15, services: 20, price: 10, rating: 15, met: 5 } as const
/** The way to or from a neighbour costs up to this many points, one for each ten minutes. */
const MOST_TRAVEL = 6

export interface Scored {
  score: number
  reasons: MatchReason[]
}

export interface Standing {
  wish: Wish
  candidate: Candidate
  /** Null when no time was asked for. */
  decision: TimeDecision | null
  quote: ModelQuote | null
  /** The lowest price among those compared, in the same currency. */
  cheapest: number | null
  /** Ratings are internal: who may not see them gets neither the reason nor its points. */
  rated: boolean
}

/** 0–100: the sum of its reasons, which people read. Someone known to be free comes before someone who may be. */
export function scoreOf(standing: Standing): Scored {
  const reasons = [place(standing), time(standing), services(standing), ...price(standing), ...rating(standing), ...met(standing)]
  return {
    score: Math.max(
      0,
      Math.min(
        100,
        reasons.reduce((sum, { points }) => sum + points, 0),
      ),
    ),
    reasons,
  }
}

function place({ wish, candidate, decision }: Standing): MatchReason {
  const way = decision ? Math.max(decision.travelBefore, decision.travelAfter) : 0
  const less = Math.min(MOST_TRAVEL, Math.ceil(way / 10))
  const travel = way > 0 ? `, ${way} min from her neighbouring booking` : ''
  if (wish.location === null)
    return { factor: 'place', points: POINTS.serves, text: `No place was asked for; she is at ${candidate.home.title}` }
  if (candidate.atHome) return { factor: 'place', points: POINTS.home - less, text: `Based at ${wish.location.title}${travel}` }
  return {
    factor: 'place',
    points: POINTS.serves - less,
    text: `Comes to ${wish.location.title} from ${candidate.home.title}${travel}`,
  }
}

function time({ decision }: Standing): MatchReason {
  if (decision === null) return { factor: 'time', points: POINTS.noTime, text: 'No time was asked for' }
  if (decision.tentative) return { factor: 'time', points: POINTS.tentative, text: 'Free, but only tentatively: ask her first' }
  return { factor: 'time', points: POINTS.free, text: 'Free for the whole time' }
}

function services({ wish, candidate }: Standing): MatchReason {
  if (wish.services.length === 0) return { factor: 'services', points: POINTS.services, text: 'No particular service asked for' }
  const offered = wish.services.filter(({ id }) => candidate.offered.includes(id)).length
  const points = Math.round((POINTS.services * offered) / wish.services.length)
  if (offered < wish.services.length)
    return { factor: 'services', points, text: `Offers ${offered} of ${wish.services.length} services` }
  return {
    factor: 'services',
    points,
    text: wish.services.length === 1 ? 'Offers the service' : `Offers all ${wish.services.length} services`,
  }
}

function price({ quote, cheapest }: Standing): MatchReason[] {
  if (!quote) return []
  const text = `${money(quote)}${quote.callType === 'outcall' ? ' by outcall' : ''} by the rate grid`
  const share = cheapest === null || quote.amount === 0 ? 1 : cheapest / quote.amount
  return [{ factor: 'price', points: Math.round(POINTS.price * Math.min(1, share)), text }]
}

function rating({ candidate, rated }: Standing): MatchReason[] {
  if (!rated) return []
  const points = Math.round((POINTS.rating * candidate.rating) / 5)
  return [{ factor: 'rating', points, text: `Rated ${candidate.rating.toFixed(1)} of 5` }]
}

function met({ candidate }: Standing): MatchReason[] {
  if (candidate.met === 0) return []
  return [
    {
      factor: 'history',
      points: POINTS.met,
      text: `Met this client ${candidate.met === 1 ? 'once' : `${candidate.met} times`} before`,
    },
  ]
}

/** Making one costs more than using it a hundred times; currencies are few. */
const formats = new Map<string, Intl.NumberFormat>()

export function money({ amount, currency }: { amount: number; currency: string }): string {
  const format = formats.get(currency) ?? new Intl.NumberFormat('en-GB', { style: 'currency', currency })
  formats.set(currency, format)
  return format.format(amount / 100)
}
