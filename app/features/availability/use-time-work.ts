import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ask, CallError } from '../../live/call.ts'
import { useLiveEvents } from '../../live/live-context.tsx'
import type { Problem } from '../../problem.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { Refresher } from '../action-center/refresher.ts'
import { carryOut } from './carry-out.ts'
import { timesOf, titleOf } from './entry-words.ts'
import type { Scale } from './scale.ts'
import { TimeStore } from './time-store.ts'
import type { Entry, Stretch, TimelineAnswer } from './types.ts'

/** Kinds of entities whose events may have changed somebody's time. */
const KINDS = ['booking', 'hold', 'time_off', 'model', 'location', 'availability_rule', 'availability_slot', 'calendar']
/** Steps one can go back. */
const MOST_UNDOS = 30

/** A move the server would not have: what was wanted, why not, and what would be possible. */
export interface Refusal {
  entry: Entry
  to: Stretch
  problem: Problem
}

/** One change: `before` null makes, `after` null removes. */
interface Step {
  before: Entry | null
  after: Entry | null
}

export interface TimeWork extends ReturnType<typeof useTimeWork> {}

/**
 * The models' time as this screen knows it, and what is done to it: painted before the server has answered, taken back
 * with its sentence when it refuses, and undone step by step. Live events bring what others do.
 */
export function useTimeWork(given: { ids: readonly string[]; scale: Scale; first: TimelineAnswer | null }) {
  const { scale } = given
  const toasts = useToasts()
  const announce = useAnnounce()
  const [store] = useState(() => openStore(given))
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const refresher = useMemo(() => new Refresher(() => store.refresh()), [store])
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (event.is === 'presence' || (event.is === 'change' && !KINDS.includes(event.change.entityType))) return
    refresher.ask()
  })

  const undos = useRef<Step[]>([])
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const undoLast = useRef<() => Promise<void>>(async () => undefined)

  /** True when it was carried out; else a refusal has been told and everything stands where it stood. */
  const perform = useCallback(
    (step: Step, how: { isUndo?: boolean; reason?: string } = {}): Promise<boolean> => {
      const seen = store.foresee(step.before, step.after)
      const turn = (async () => {
        try {
          const settled = await carryOut(step.before, step.after, how.reason)
          seen.settle(settled)
          const text = said(step, scale.zone, how.isUndo === true)
          // What was removed and is back has another name from now on.
          const old = step.before === null ? step.after?.id : undefined
          if (old && settled) undos.current = undos.current.map((one) => renamed(one, old, settled.id))
          if (!how.isUndo) undos.current = [...undos.current, { before: settled, after: step.before }].slice(-MOST_UNDOS)
          announce(text)
          const undo = { label: 'Undo', keys: ['z'], run: () => void undoLast.current() }
          toasts.show({ id: 'time-done', tone: 'good', text, ...(how.isUndo ? {} : { action: undo }) })
          setRefusal(null)
          return true
        } catch (error) {
          seen.back()
          const at = step.after ?? step.before
          toasts.show({ id: 'time-done', tone: 'bad', text: `${at ? titleOf(at) : 'It'} stays as it was. ${sentenceOf(error)}` })
          if (step.before && step.after && error instanceof CallError && hasWayOut(error.problem)) {
            const { modelId, from, to } = step.after
            setRefusal({ entry: step.before, to: { modelId, from, to }, problem: error.problem })
          }
          return false
        } finally {
          refresher.ask()
        }
      })()
      last.current = turn
      return turn
    },
    [store, refresher, toasts, announce, scale.zone],
  )
  const undo = useCallback(async () => {
    // What was pressed last is what is meant, also when the server has not answered yet.
    await last.current
    const back = undos.current.pop()
    if (!back) return void toasts.show({ id: 'time-done', tone: 'info', text: 'There is nothing to undo.' })
    // As it is now: its version is the latest, whatever was done to it since.
    const now = back.before && (store.find(back.before.modelId, back.before.id) ?? back.before)
    await perform({ before: now, after: restored(now, back.after) }, { isUndo: true })
  }, [perform, store, toasts])
  undoLast.current = undo

  const change = useCallback(
    (before: Entry, to: Partial<Entry>, reason?: string) => {
      const after = { ...before, ...to }
      const times = { start: new Date(after.from).toISOString(), end: new Date(after.to).toISOString() }
      return perform({ before, after: { ...after, ...times } }, { reason })
    },
    [perform],
  )
  return { store, perform, change, undo, refusal, setRefusal }
}

function openStore({ ids, scale, first }: { ids: readonly string[]; scale: Scale; first: TimelineAnswer | null }): TimeStore {
  const iso = (at: number) => new Date(at).toISOString()
  const half = scale.midnights[7] ?? scale.to
  const weeks = [
    { from: iso(scale.from), to: iso(half) },
    { from: iso(half), to: iso(scale.to) },
  ]
  const store = new TimeStore(ids, weeks, (wish) =>
    ask('availability', 'timeline', wish as Parameters<typeof ask<'availability', 'timeline'>>[2]),
  )
  if (first) store.seed(first)
  return store
}

/** As it was before, but for what tells the server which version of it is meant. */
function restored(now: Entry | null, was: Entry | null): Entry | null {
  return now && was ? { ...was, id: now.id, slot: was.slot && now.slot, booking: was.booking && now.booking } : was
}

function renamed({ before, after }: Step, old: string, id: string): Step {
  const name = (entry: Entry | null) => (entry?.id === old ? { ...entry, id } : entry)
  return { before: name(before), after: name(after) }
}

function hasWayOut(problem: Problem): boolean {
  return problem.reasons !== undefined || problem.alternatives !== undefined
}

function said({ before, after }: Step, zone: string, isUndo: boolean): string {
  const at = after ?? before
  if (!at) return ''
  const verb = isUndo
    ? 'Taken back'
    : !before
      ? 'Marked'
      : !after
        ? 'Removed'
        : before.modelId === after.modelId
          ? 'Moved'
          : 'Given over'
  return `${verb}: ${titleOf(at)}, ${timesOf(at, zone)}.`
}

export function sentenceOf(error: unknown): string {
  return error instanceof CallError ? error.problem.detail : 'Something went wrong on our side. Nothing was changed.'
}
