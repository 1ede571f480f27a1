import type { Answer } from '../../live/call.ts'

export type Roster = Answer<'availability', 'roster'>
export type Model = Roster['items'][number]
export type TimelineAnswer = Answer<'availability', 'timeline'>
/** What takes time, as the server tells it. */
export type Told = TimelineAnswer['rows'][number]['entries'][number]
/** When she is offered at all, as the server tells it. */
export type ToldOffer = Omit<TimelineAnswer['rows'][number], 'modelId' | 'entries'>
export type EntryPage = Answer<'availability', 'entries'>
export type Month = Answer<'availability', 'month'>

/** The same with its times as numbers, in milliseconds: what is drawn is reckoned with. */
export interface Entry extends Told {
  modelId: string
  from: number
  to: number
}

export function entryFrom(modelId: string, told: Told): Entry {
  return { ...told, modelId, from: Date.parse(told.start), to: Date.parse(told.end) }
}

/** A stretch of a row that is not offered, and why. */
export interface Shut {
  from: number
  to: number
  /** Of a blackout: its name; null outside her hours. */
  title: string | null
}

export type View = 'timeline' | 'table' | 'month'
/** Days in sight at once. */
export type Span = 1 | 3 | 7

/** A stretch of a model's time that is pointed at. */
export interface Stretch {
  modelId: string
  from: number
  to: number
}
