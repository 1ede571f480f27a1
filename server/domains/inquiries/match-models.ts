import type { MatchReason } from '#db/tables/index.ts'
import { may } from '#server/context.ts'
import { loadTimeFacts } from '#server/domains/availability/index.ts'
import { type ModelQuote, quoteModels } from '#server/domains/bookings/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { lockInquiry } from './inquiry.repository.ts'
import { type Candidate, findCandidates, lacking, placeFor, type Wish, wishOf } from './match-candidates.ts'
import { type Scored, type Standing, scoreOf } from './match-score.ts'
import { AROUND, changeFor, decisionFor, type MatchChange } from './near-misses.ts'
import { type Refusals, settleDemand } from './unmet-demand.ts'

export interface Match {
  model: { id: string; name: string; publicCode: string }
  /** 0–100. */
  score: number
  reasons: MatchReason[]
  price: { amount: number; currency: string } | null
  /** Free, but nobody knows for sure. */
  tentative: boolean
}
export interface NearMiss {
  model: Match['model']
  /** What she would score with the change. */
  score: number
  change: MatchChange
}
export interface Matching {
  items: Match[]
  nearMisses: NearMiss[]
}

/** At most this many fit: the best of them. */
const MOST = 25
const MOST_NEAR = 6
/** Decided first, the most promising; so the time of few is loaded when many fit. When they don't, the rest is loaded in larger portions. */
const FIRST_PORTION = 75
const GROWTH = 5
/** Of those who nearly fit so many are looked at closely. */
const LOOKED_AT = 12

/**
 * Who fits what an inquiry asks for, best first, and who would with one change. One that fits is active, works at the place,
 * offers every service, could be held for the whole time now (`decide`), and has a rate for it. What was found is kept with the
 * inquiry; that nobody fits is kept too, with what stood in the way. Refuses (`conflict`) a client on the blacklist.
 */
export async function matchModels(tx: Tx, inquiryId: string): Promise<Matching> {
  const inquiry = await lockInquiry(tx, inquiryId)
  if (inquiry.client_tags.includes('blacklist')) {
    throw new AppError('conflict', 'This client is on the blacklist and is not matched. Remove the tag first if that is wrong.')
  }
  const wish = await wishOf(tx, inquiry)
  const found = await findMatches(tx, wish)
  keep(tx, inquiry.id, found.items)
  await settleDemand(tx, wish, found.refusals, 'no_match')
  return { items: found.items, nearMisses: found.nearMisses }
}

interface Found extends Matching {
  refusals: Refusals
}

/** The search itself, which writes nothing. */
export async function findMatches(tx: Tx, wish: Wish, now: Date = tx.now): Promise<Found> {
  const candidates = await findCandidates(tx, wish)
  const rated = may(tx.ctx, 'models.read_internal')
  const byPromise = candidates.map((candidate) => ({ candidate, promise: promiseOf(wish, candidate, rated) }))
  byPromise.sort((a, b) => b.promise - a.promise || (a.candidate.id < b.candidate.id ? -1 : 1))
  const order = byPromise.map(({ candidate }) => candidate)
  const refusals: Refusals = { active: order.length, place: 0, services: 0, taken: 0, rules: [], price: 0, fit: 0 }
  const possible = order.filter((candidate) => isPossible(wish, candidate, refusals))
  const fits: Standing[] = []
  const refused: Candidate[] = []
  for (let at = 0, portion = FIRST_PORTION; at < possible.length && fits.length < MOST; at += portion, portion *= GROWTH) {
    await decidePortion(tx, wish, possible.slice(at, at + portion), { now, rated, fits, refused, refusals })
  }
  refusals.fit = fits.length
  const cheapest = cheapestOf(fits)
  const items = fits.map((fit) => matchOf({ ...fit, cheapest }))
  items.sort((a, b) => b.score - a.score || a.model.name.localeCompare(b.model.name))
  const asked = new Set(possible)
  const rest = [...refused, ...order.filter((candidate) => !asked.has(candidate))]
  return { items: items.slice(0, MOST), nearMisses: await findNear(tx, wish, rest, { now, rated }), refusals }
}

/** What is sure before anybody's time is loaded: orders whom to look at first. */
function promiseOf(wish: Wish, candidate: Candidate, rated: boolean): number {
  const lack = lacking(wish, candidate).length
  return (
    (candidate.taken ? -40 : 0) +
    (candidate.serves ? (candidate.atHome ? 20 : 14) : -30) -
    30 * lack +
    (rated ? candidate.rating * 3 : 0) +
    (candidate.met > 0 ? 5 : 0)
  )
}

function isPossible(wish: Wish, candidate: Candidate, refusals: Refusals): boolean {
  if (!candidate.serves) return false
  refusals.place += 1
  if (lacking(wish, candidate).length > 0) return false
  refusals.services += 1
  if (!candidate.taken) return true
  refusals.taken += 1
  return false
}

interface Deciding {
  now: Date
  rated: boolean
  fits: Standing[]
  refused: Candidate[]
  refusals: Refusals
}

async function decidePortion(tx: Tx, wish: Wish, candidates: readonly Candidate[], into: Deciding): Promise<void> {
  const { from, to } = wish
  const facts =
    from && to
      ? await loadTimeFacts(
          tx.db,
          candidates.map(({ id }) => id),
          { from, to },
        )
      : undefined
  const free: { candidate: Candidate; decision: Standing['decision'] }[] = []
  for (const candidate of candidates) {
    const decision = decisionFor(wish, candidate, facts?.get(candidate.id), into.now)
    if (decision === null || decision.ok || tx.ctx.faults?.offerUndecided) free.push({ candidate, decision })
    else {
      into.refused.push(candidate)
      into.refusals.rules.push(...decision.reasons.slice(0, 1).map(({ rule }) => rule))
    }
  }
  const quotes = await quotesFor(
    tx,
    wish,
    free.map(({ candidate }) => candidate),
  )
  for (const { candidate, decision } of free) {
    const quote = quotes.get(candidate.id) ?? null
    if (quote === null && from !== null) {
      into.refused.push(candidate)
      into.refusals.price += 1
    } else into.fits.push({ wish, candidate, decision, quote, cheapest: null, rated: into.rated })
  }
}

/** Without a time there is nothing to quote. */
async function quotesFor(tx: Tx, wish: Wish, candidates: readonly Candidate[]): Promise<Map<string, ModelQuote | null>> {
  if (wish.from === null || wish.to === null) return new Map()
  return quoteModels(tx.db, {
    models: candidates.map((one) => ({ modelId: one.id, locationId: (one.serves ? placeFor(wish, one) : one.home).id })),
    serviceIds: wish.services.map(({ id }) => id),
    start: wish.from,
    end: wish.to,
    clientTags: wish.clientTags,
  })
}

function cheapestOf(fits: readonly Standing[]): number | null {
  const [first] = fits.flatMap(({ quote }) => quote?.currency ?? [])
  const amounts = fits.flatMap(({ quote }) => (quote && quote.currency === first && quote.amount > 0 ? [quote.amount] : []))
  return amounts.length > 0 ? Math.min(...amounts) : null
}

function matchOf(standing: Standing): Match {
  const { candidate, quote, decision } = standing
  const scored: Scored = scoreOf(standing)
  return {
    model: { id: candidate.id, name: candidate.name, publicCode: candidate.publicCode },
    ...scored,
    price: quote ? { amount: quote.amount, currency: quote.currency } : null,
    tentative: decision?.tentative ?? false,
  }
}

/** Those whom one change would make fit, the most promising first. */
async function findNear(
  tx: Tx,
  wish: Wish,
  rest: readonly Candidate[],
  { now, rated }: { now: Date; rated: boolean },
): Promise<NearMiss[]> {
  // One thing wrong at most, as far as is known without looking at her time.
  const looked = rest
    .filter((one) => [!one.serves, lacking(wish, one).length > 0, one.taken].filter(Boolean).length <= 1)
    .slice(0, LOOKED_AT)
  if (looked.length === 0) return []
  const { from, to } = wish
  const window = from && to ? { from: new Date(from.getTime() - AROUND.before), to: new Date(to.getTime() + AROUND.after) } : null
  const facts = window
    ? await loadTimeFacts(
        tx.db,
        looked.map(({ id }) => id),
        window,
      )
    : undefined
  const quotes = await quotesFor(tx, wish, looked)
  const near: NearMiss[] = []
  for (const candidate of looked) {
    if (near.length === MOST_NEAR) break
    const quote = from === null ? NO_PRICE : (quotes.get(candidate.id) ?? null)
    const of = facts?.get(candidate.id)
    const change = changeFor(wish, { candidate, facts: of, quote }, now)
    if (!change) continue
    const would = { ...candidate, serves: true, offered: wish.services.map(({ id }) => id) }
    const { score } = scoreOf({
      wish,
      candidate: would,
      decision: null,
      quote: quotes.get(candidate.id) ?? null,
      cheapest: null,
      rated,
    })
    near.push({ model: { id: candidate.id, name: candidate.name, publicCode: candidate.publicCode }, score, change })
  }
  return near
}

const NO_PRICE: ModelQuote = { amount: 0, currency: 'GBP', callType: 'incall' }

function keep(tx: Tx, inquiryId: string, matches: readonly Match[]): void {
  tx.send(tx.db.deleteFrom('inquiry_matches').where('inquiry_id', '=', inquiryId))
  if (matches.length === 0) return
  tx.send(
    tx.db.insertInto('inquiry_matches').values(
      matches.map((match) => ({
        inquiry_id: inquiryId,
        model_id: match.model.id,
        score: match.score,
        reasons: JSON.stringify(match.reasons),
        matched_at: tx.now,
      })),
    ),
  )
}
