import type { MismatchFix } from '#db/tables/index.ts'
import { type ModelTimeFacts, stretchText } from '#server/domains/availability/index.ts'
import type { Found } from './found.ts'

type Slot = ModelTimeFacts['slots'][number]

/** More than these of one model are one sitting's work anyway. */
const MOST_PAIRS = 50

/**
 * Slots that say two things of one time: two by hand, or one by hand that offers her while a calendar of hers is busy.
 * What rules materialised repeats the rules and is not looked at.
 */
export function overlappingSlots(facts: ModelTimeFacts, now: Date): Found[] {
  const slots = facts.slots.filter((slot) => slot.to > now.getTime() && (slot.source === 'manual' || slot.kind === 'unavailable'))
  const sorted = slots.sort((a, b) => a.from - b.from || a.to - b.to || (a.id < b.id ? -1 : 1))
  const found: Found[] = []
  for (const [at, slot] of sorted.entries()) {
    for (let next = at + 1; next < sorted.length && found.length < MOST_PAIRS; next++) {
      const other = sorted[next]
      if (!other || other.from >= slot.to) break
      if (disagree(slot, other)) found.push(pairOf(facts, slot, other))
    }
  }
  return found
}

function disagree(a: Slot, b: Slot): boolean {
  if (a.source === 'manual' && b.source === 'manual') return true
  return a.source !== b.source && a.kind !== b.kind
}

function pairOf(facts: ModelTimeFacts, a: Slot, b: Slot): Found {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)]
  const says = (slot: Slot) =>
    `${slot.source === 'sync' ? 'a calendar elsewhere says' : 'a slot says'} ${slot.kind} ${stretchText(facts.zone, slot.from, slot.to)}`
  const remove = (slot: Slot, key: string): MismatchFix[] =>
    slot.source === 'manual'
      ? [
          {
            key,
            label: `Remove ${slot.kind} ${stretchText(facts.zone, slot.from, slot.to)}`,
            action: { kind: 'remove_slot', slotId: slot.id },
          },
        ]
      : []
  return {
    kind: 'overlapping_slots',
    severity: a.kind === b.kind ? 'low' : 'medium',
    key: `slots:${[a.id, b.id].sort().join(':')}`,
    modelId: facts.modelId,
    from: new Date(from),
    to: new Date(to),
    summary: `${facts.name}: two slots overlap, ${stretchText(facts.zone, from, to)}`,
    expected: 'One slot for each stretch of time',
    actual: `${says(a)}; ${says(b)}`,
    fixes: [...remove(a, 'first'), ...remove(b, 'second'), openModel(facts)],
  }
}

/** Slots that would offer a model who takes no bookings. */
export function slotsOfSuspended(facts: ModelTimeFacts, now: Date): Found | null {
  if (facts.status !== 'suspended') return null
  const offered = facts.slots.filter((slot) => slot.source === 'manual' && slot.kind !== 'unavailable' && slot.to > now.getTime())
  const [first, last] = [offered[0], offered.at(-1)]
  if (!first || !last) return null
  const count = `${offered.length} ${offered.length === 1 ? 'slot' : 'slots'}`
  return {
    kind: 'slot_of_suspended',
    severity: 'medium',
    key: `suspended:${facts.modelId}`,
    modelId: facts.modelId,
    from: new Date(first.from),
    to: new Date(Math.max(...offered.map((slot) => slot.to))),
    summary: `${facts.name} is suspended but has ${count} to come`,
    expected: 'No slots that offer a suspended model',
    actual: `${count}, the first ${stretchText(facts.zone, first.from, first.to)}`,
    fixes: [
      { key: 'remove', label: `Remove ${count}`, action: { kind: 'remove_slots', modelId: facts.modelId } },
      openModel(facts),
    ],
  }
}

export function openModel(facts: Pick<ModelTimeFacts, 'modelId' | 'name'>): MismatchFix {
  return { key: 'see', label: `Open ${facts.name}`, action: { kind: 'open', entity: 'model', id: facts.modelId } }
}
