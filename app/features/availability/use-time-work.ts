import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ask, CallError } from '../../live/call.ts'
import { useLiveEvents } from '../../live/live-context.tsx'
import { useAnnounce } from '../../ui/announcer.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { Refresher } from '../action-center/refresher.ts'
import { carryOut } from './carry-out.ts'
import { timesOf, titleOf } from './entry-words.ts'
import type { Scale } from './scale.ts'
import { TimeStore } from './time-store.ts'
import type { Entry, Stretch, TimelineAnswer } from './types.ts'

/** Kinds whose events may have changed somebody's time. */
const KINDS = ['booking', 'hold', 'model', 'availability', 'availability_slot', 'availability_rule', 'time_block', 'time_off']

interface Step {
  text: string
  run: () => Promise<void>
}

export interface TimeWork extends ReturnType<typeof useTimeWork> {}

/**
 * The models' time as this screen knows it, and what is done to it: painted before the server has answered, taken back
 * with its sentence when it refuses, and undone step by step. Live events bring what others do.
 */
export function useTimeWork(given: { ids: readonly string[]; scale: Scale; first: TimelineAnswer | null }) {
  const { ids, scale } = given
  const toasts = useToasts()
  const announce = useAnnounce()
  const [store] = useState(() => {
    const half = scale.midnights[7] ?? scale.to
    const iso = (at: number) => new Date(at).toISOString()
    const made = new TimeStore(
      ids,
      [
        { from: iso(scale.from), to: iso(half) },
        { from: iso(half), to: iso(scale.to) },
      ],
      (wish) => ask('availability', 'timeline', wish as Parameters<typeof ask<'availability', 'timeline'>>[2]),
    )
    if (given.first) made.seed(given.first)
    return made
  })
  const refresher = useMemo(() => new Refresher(() => store.refresh()), [store])
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (event.is === 'presence' || (event.is === 'change' && !KINDS.includes(event.change.entityType))) return
    refresher.ask()
  })

  const undos = useRef<Step[]>([])
  const last = useRef<Promise<unknown>>(Promise.resolve())

  const undo = useCallback(async () => {
    await last.current
    const step = undos.current.pop()
    if (!step) return void toasts.show({ tone: 'info', text: 'There is nothing to undo.' })
    await step.run()
  }, [toasts])

  const say = useCallback(
    (text: string, canUndo: boolean) => {
      announce(text)
      toasts.show({
        id: 'time-done',
        tone: 'good',
        text,
        ...(canUndo ? { action: { label: 'Undo', keys: ['z'], run: () => void undo() } } : {}),
      })
    },
    [announce, toasts, undo],
  )

  /** Carries out one change of what is shown. True when it was; a refusal has been told and everything stands where it stood. */
  const change = useCallback(
    (before: Entry, to: Stretch, isUndo = false): Promise<boolean> => {
      const after = { ...before, ...to, start: new Date(to.from).toISOString(), end: new Date(to.to).toISOString() }
      const seen = store.foresee(before, after)
      const turn = (async () => {
        try {
          const settled = await carryOut(before, after)
          seen.settle(settled)
          const back = { modelId: before.modelId, from: before.from, to: before.to }
          if (!isUndo)
            undos.current = [...undos.current, { text: '', run: async () => void (await change(settled, back, true)) }].slice(-20)
          say(`${isUndo ? 'Back' : 'Moved'}: ${titleOf(settled)}, ${timesOf(settled, scale.zone)}.`, !isUndo)
          return true
        } catch (error) {
          seen.back()
          toasts.show({ tone: 'bad', text: `${titleOf(before)} stays where it was. ${sentenceOf(error)}` })
          return false
        } finally {
          refresher.ask()
        }
      })()
      last.current = turn
      return turn
    },
    [store, refresher, say, toasts, scale.zone],
  )

  return { store, change, undo, refresh: refresher }
}

export function sentenceOf(error: unknown): string {
  return error instanceof CallError ? error.problem.detail : 'Something went wrong on our side. Nothing was changed.'
}
