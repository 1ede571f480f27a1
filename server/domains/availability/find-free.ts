import type { CallType } from '#db/tables/index.ts'
import { decide } from './decide.ts'
import type { ModelTimeFacts } from './facts.ts'
import { MINUTE, onStep } from './wall-clock.ts'

export interface FreeWanted {
  durationMinutes: number
  from: Date
  to: Date
  locationId: string | null
  callType: CallType
  serviceIds?: readonly string[]
  exceptBookingId?: string | null
  exceptHoldId?: string | null
  now: Date
  limit: number
}

export interface FreeTime {
  start: Date
  end: Date
  tentative: boolean
}

/** Starts are offered on quarters of an hour where no rule says otherwise. */
const STEP_MINUTES = 15

export function stepOf(facts: ModelTimeFacts): number {
  return facts.rules.stepMinutes ?? STEP_MINUTES
}

/**
 * The first `limit` times of that length which start and end within [from, to), on the model's step, earliest first. Each
 * is one that `decide` accepts now: nothing is offered that could not be held.
 */
export function findFree(facts: ModelTimeFacts, wanted: FreeWanted): FreeTime[] {
  const step = stepOf(facts)
  const length = wanted.durationMinutes * MINUTE
  const last = Math.min(wanted.to.getTime(), facts.window.to) - length
  const found: FreeTime[] = []
  let start = onStep(facts.zone, Math.max(wanted.from.getTime(), wanted.now.getTime(), facts.window.from), step, 1)
  while (start <= last && found.length < wanted.limit) {
    const end = start + length
    const decision = decide(
      facts,
      {
        modelId: facts.modelId,
        startsAt: new Date(start),
        endsAt: new Date(end),
        locationId: wanted.locationId,
        callType: wanted.callType,
        serviceIds: wanted.serviceIds ?? [],
        exceptBookingId: wanted.exceptBookingId ?? null,
        exceptHoldId: wanted.exceptHoldId ?? null,
      },
      wanted.now,
    )
    if (decision.ok) found.push({ start: new Date(start), end: new Date(end), tentative: decision.tentative })
    start = onStep(facts.zone, start + MINUTE, step, 1)
  }
  return found
}
