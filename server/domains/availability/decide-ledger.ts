import type { Asked } from './decide.ts'
import { moveTo } from './decide-rules.ts'
import type { BlockFact, ModelTimeFacts } from './facts.ts'
import { overlaps } from './spans.ts'
import type { SmallestChange, TimeReason } from './time-question.ts'
import { travelEstimate } from './travel.ts'
import { DAY, MINUTE, stretchText } from './wall-clock.ts'

export interface Margins {
  minutesBefore: number
  minutesAfter: number
  travelBefore: number
  travelAfter: number
}

/** What stands in the ledger for this question: not what it replaces, nor holds that have lapsed. */
export function standing(facts: ModelTimeFacts, { question, now }: Asked): BlockFact[] {
  return facts.blocks.filter(
    (block) =>
      !(block.bookingId !== null && block.bookingId === question.exceptBookingId) &&
      block.id !== question.exceptHoldId &&
      !(block.kind === 'hold' && block.expiresAt !== null && block.expiresAt <= now),
  )
}

/** Buffers by rule (the longest of its services', else the nearest rule's, else the model's own), before and after. */
function buffersFor(facts: ModelTimeFacts, serviceIds: readonly string[]): { before: number; after: number } {
  const own = facts.rules.buffers ?? { before: facts.bufferBefore, after: facts.bufferAfter }
  let { before, after } = own
  for (const id of serviceIds) {
    const service = facts.rules.serviceBuffers.get(id)
    if (service) {
      before = Math.max(before, service.before)
      after = Math.max(after, service.after)
    }
  }
  return { before, after }
}

/**
 * What must stay free around: the larger of the buffer and the way from the neighbour before, or to the one after. The
 * neighbour is the nearest block within a day; one without a place asks for no way.
 */
export function marginsFor(facts: ModelTimeFacts, asked: Asked): Margins {
  const buffers = buffersFor(facts, asked.question.serviceIds ?? [])
  const here = asked.question.locationId
  let before: BlockFact | undefined
  let after: BlockFact | undefined
  if (here) {
    for (const block of standing(facts, asked)) {
      if (block.endsAt <= asked.from && asked.from - block.endsAt < DAY && block.endsAt > (before?.endsAt ?? 0)) before = block
      if (block.startsAt >= asked.to && block.startsAt - asked.to < DAY && block.startsAt < (after?.startsAt ?? Infinity)) {
        after = block
      }
    }
  }
  const travelBefore = here && before?.locationId ? travelEstimate(facts.travel, before.locationId, here) : 0
  const travelAfter = here && after?.locationId ? travelEstimate(facts.travel, here, after.locationId) : 0
  return {
    minutesBefore: Math.max(buffers.before, travelBefore),
    minutesAfter: Math.max(buffers.after, travelAfter),
    travelBefore,
    travelAfter,
  }
}

const KIND_TEXTS: Record<BlockFact['kind'], string> = {
  hold: 'held for another client',
  booking: 'booked',
  time_off: 'off',
  tour_duty: 'on a tour',
  travel: 'on the way',
}

/** Blocks in the way, each once: met by the time with its buffers (overlap), or only by the longer way (travel). */
export function brokenByLedger(facts: ModelTimeFacts, asked: Asked, margins: Margins): TimeReason[] {
  const whole = { from: asked.from - margins.minutesBefore * MINUTE, to: asked.to + margins.minutesAfter * MINUTE }
  const buffers = buffersFor(facts, asked.question.serviceIds ?? [])
  const buffered = { from: asked.from - buffers.before * MINUTE, to: asked.to + buffers.after * MINUTE }
  return standing(facts, asked)
    .filter((block) => overlaps(block, whole))
    .map((block) => reasonOf(facts, asked, margins, block, overlaps(block, buffered) ? 'overlap' : 'travel'))
}

function reasonOf(
  facts: ModelTimeFacts,
  asked: Asked,
  margins: Margins,
  block: BlockFact,
  rule: 'overlap' | 'travel',
): TimeReason {
  const isBefore = block.endsAt <= asked.from
  const text =
    rule === 'overlap'
      ? `${facts.name} is ${KIND_TEXTS[block.kind]} ${stretchText(facts.zone, block.from, block.to)}, buffers included.`
      : isBefore
        ? `${facts.name} needs ${margins.travelBefore} minutes for the way from her place before.`
        : `${facts.name} needs ${margins.travelAfter} minutes for the way to her next place.`
  return {
    rule,
    overridable: false,
    text,
    change: besideBlock(facts, asked, block),
    from: new Date(block.from),
    to: new Date(block.to),
    blockId: block.id,
    bookingId: block.bookingId,
  }
}

/** The nearer of: just after the block with the way from it, just before it with the way to it. Not before now. */
function besideBlock(facts: ModelTimeFacts, asked: Asked, block: BlockFact): SmallestChange {
  const buffers = buffersFor(facts, asked.question.serviceIds ?? [])
  const here = asked.question.locationId
  const way = (from: string | null, to: string | null) => (from && to ? travelEstimate(facts.travel, from, to) : 0)
  const length = asked.to - asked.from
  const after = block.to + Math.max(buffers.before, way(block.locationId, here)) * MINUTE
  const before = block.from - Math.max(buffers.after, way(here, block.locationId)) * MINUTE - length
  const earlier = before >= asked.now && asked.from - before < after - asked.from
  return moveTo(facts.zone, asked, earlier ? before : after)
}
