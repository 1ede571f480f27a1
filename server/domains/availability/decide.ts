import { brokenByLedger, type Margins, marginsFor } from './decide-ledger.ts'
import { brokenLimits } from './decide-limits.ts'
import { brokenRules, brokenState } from './decide-rules.ts'
import type { ModelTimeFacts } from './facts.ts'
import { overlaps, type Span } from './spans.ts'
import type { TimeDecision, TimeQuestion, TimeReason } from './time-question.ts'

/** A question as the checks ask it: times in milliseconds. */
export interface Asked extends Span {
  question: TimeQuestion
  now: number
}

/**
 * The one answer to "may she be booked then?". Pure: the same facts, question and now give the same answer, and whoever
 * offers, holds, books, draws or explains a time asks here. All that forbids it is named, worst first. The facts must
 * reach over the question; a question outside their window is a defect and throws RangeError.
 */
export function decide(facts: ModelTimeFacts, question: TimeQuestion, now: Date): TimeDecision {
  const asked: Asked = { question, now: now.getTime(), from: question.startsAt.getTime(), to: question.endsAt.getTime() }
  if (!(asked.to > asked.from)) throw new RangeError('a time ends after it starts')
  if (asked.from < facts.window.from || asked.to > facts.window.to) {
    throw new RangeError('the facts do not reach over this time: load them for it')
  }
  const margins = marginsFor(facts, asked)
  const reasons: TimeReason[] = [
    ...brokenState(facts),
    ...brokenByLedger(facts, asked, margins),
    ...brokenRules(facts, asked),
    ...brokenLimits(facts, asked),
  ]
  return { ok: reasons.length === 0, reasons, tentative: facts.tentative.some((slot) => overlaps(slot, asked)), ...margins }
}

export type { Margins }
