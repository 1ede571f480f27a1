import type { Ctx } from '#server/context.ts'
import { createGuardedFetch, type GuardedFetch } from '#server/outgoing/guarded-fetch.ts'
import { OutgoingRefusal } from '#server/outgoing/outgoing-refusal.ts'
import { CalendarProblem } from './calendar-problem.ts'
import { readApart } from './read-apart.ts'
import type { BusyTimes, Reading } from './read-busy-times.ts'

/** Calendars of people are some kilobytes; what is larger is none, and is not read to its end. */
const MOST_BYTES = 5 * 1_048_576
const usual = createGuardedFetch({ mode: 'production', maxBytes: MOST_BYTES, totalMs: 15_000 })
/** A line that breaks once is tried once more before it is told. */
const PASSING: readonly OutgoingRefusal['reason'][] = ['unreachable', 'too_slow']

export type Fetched = { busy: BusyTimes } | { problem: string }

/** Asks the address and reads the answer. What goes wrong is answered as a sentence for people; it shows nothing of the address. */
export async function fetchCalendar(ctx: Ctx, address: string, reading: Reading): Promise<Fetched> {
  try {
    const answer = await askTwice(ctx.outgoing ?? usual, address)
    if (answer.status !== 200) return { problem: `The address answers with ${answer.status}.` }
    return { busy: await readApart(answer.text(), reading) }
  } catch (error) {
    if (error instanceof CalendarProblem || error instanceof OutgoingRefusal) return { problem: error.message }
    throw error
  }
}

async function askTwice(ask: GuardedFetch, address: string) {
  const request = { headers: { accept: 'text/calendar, */*;q=0.1' } }
  try {
    return await ask(address, request)
  } catch (error) {
    if (!(error instanceof OutgoingRefusal) || !PASSING.includes(error.reason)) throw error
    return await ask(address, request)
  }
}
