import type { BlockKind, ModelStatus, SlotKind, SlotSource } from '#db/tables/index.ts'
import { blackoutSpans, type Coverage, coverageOf } from './coverage.ts'
import { type RuleFact, type RulesInForce, rulesInForce } from './rule-config.ts'
import type { Span } from './spans.ts'
import type { TravelFacts } from './travel.ts'

/** A row of the ledger: [from, to) with its margins. */
export interface BlockFact extends Span {
  id: string
  kind: BlockKind
  bookingId: string | null
  startsAt: number
  endsAt: number
  locationId: string | null
  /** Of a hold: when it lapses. Whoever wants its time then may take it. */
  expiresAt: number | null
}
export interface SlotFact extends Span {
  id: string
  kind: SlotKind
  source: SlotSource
}
export interface DayException {
  id: string
  /** Days since 1970-01-01, of the model's zone. */
  day: number
  opens: boolean
  /** Minutes since midnight; `to` may lie on the next day. */
  from: number
  to: number
}
/** A booking or hold that counts towards limits. */
export interface TakenFact {
  startsAt: number
  endsAt: number
  bookingId: string | null
  blockId: string | null
  expiresAt: number | null
}

/** What a model's rows say; times in milliseconds. */
export interface RawTimeFacts {
  modelId: string
  name: string
  status: ModelStatus
  zone: string
  locationId: string
  bufferBefore: number
  bufferAfter: number
  rules: readonly RuleFact[]
  slots: readonly SlotFact[]
  exceptions: readonly DayException[]
  /** In order of `from`. */
  blocks: readonly BlockFact[]
  taken: readonly TakenFact[]
  travel: TravelFacts
  /** Questions may be asked within. */
  window: Span
  /** What the facts know: wider than the window, for neighbours and for other times near by. */
  reach: Span
}

/** All that deciding about a model's time needs, worked out once for a window. */
export interface ModelTimeFacts extends Omit<RawTimeFacts, 'rules'> {
  rules: RulesInForce
  coverage: Coverage
  blackouts: (Span & { title: string })[]
  unavailable: SlotFact[]
  tentative: SlotFact[]
}

export function timeFactsOf(raw: RawTimeFacts): ModelTimeFacts {
  const rules = rulesInForce(raw.rules)
  return {
    ...raw,
    rules,
    coverage: coverageOf(raw, rules),
    blackouts: blackoutSpans(rules.blackouts, raw.zone, raw.reach),
    unavailable: raw.slots.filter((slot) => slot.kind === 'unavailable'),
    tentative: raw.slots.filter((slot) => slot.kind === 'tentative'),
  }
}
