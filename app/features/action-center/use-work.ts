import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { ask, CallError, send } from '../../live/call.ts'
import { useLiveEvents } from '../../live/live-context.tsx'
import type { Problem } from '../../problem.ts'
import { useAnnounce } from '../../ui/announcer.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { foreseen } from './orders.ts'
import { readWork } from './read-work.ts'
import { Refresher } from './refresher.ts'
import { type Item, itemKey, type Order, type Person, type Query, type Undo, type WorkList } from './types.ts'
import { WorkStore } from './work-store.ts'

/** Someone else was quicker: what they changed, and what this person wanted. */
export interface Conflict {
  item: Item
  order: Order
  problem: Problem
}

export interface Work extends ReturnType<typeof useWork> {}

/**
 * The working list and everything that is done to it. What is done is painted before the server has answered and taken
 * back, with its sentence, when it refuses. Live events bring what others do.
 */
export function useWork(given: { list: WorkList; query: Query; me: Person; people: readonly Person[] }) {
  const { me, people, query } = given
  const [store] = useState(() => new WorkStore(given.list, query, me))
  const shown = useSyncExternalStore(store.subscribe, store.shown, store.shown)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const undos = useRef<Undo[]>([])
  const toasts = useToasts()
  const latest = useRef(query)
  const underway = useRef(new Map<string, Promise<number | undefined>>())

  useEffect(() => {
    latest.current = query
    store.open(given.list, query)
  }, [store, given.list, query])

  const refresher = useMemo(
    () =>
      new Refresher(async () => {
        const asked = store.asks()
        store.refreshed(await readWork(readList, latest.current), asked)
      }),
    [store],
  )
  useEffect(() => refresher.start(), [refresher])
  useLiveEvents((event) => {
    if (event.is === 'presence') {
      const { kind, id, people: there } = event.presence
      store.presence(`${kind}:${id}`, there as Item['presence'])
    } else if (event.is !== 'change' || ['task', 'exception'].includes(event.change.entityType)) refresher.ask()
  })
  useAnnounceUrgent(shown.counts.urgent)

  const undo = useCallback(
    async (one?: Undo) => {
      // What was pressed last is what is meant, also when the server has not answered yet.
      if (!one) await Promise.all(underway.current.values())
      const wanted = one ?? undos.current.at(-1) ?? (await ask('actionCenter', 'undos', {})).items[0]
      if (!wanted) return toasts.show({ tone: 'info', text: 'There is nothing to undo.' })
      undos.current = undos.current.filter((other) => other.id !== wanted.id)
      try {
        const { text, refused } = await send('actionCenter', 'undo', { id: wanted.id })
        toasts.show({ tone: refused.length > 0 ? 'bad' : 'good', text: [text, ...refused.map((item) => item.text)].join(' ') })
      } catch (error) {
        toasts.show({ tone: 'bad', text: sentenceOf(error) })
      }
      refresher.ask()
    },
    [refresher, toasts],
  )

  const offerUndo = useCallback(
    (text: string, given: Undo | null, tone: 'good' | 'bad' = 'good') => {
      if (given) undos.current = [...undos.current.filter((one) => one.id !== given.id), given].slice(-20)
      toasts.show({
        // The last thing only: fifty in a row are not fifty messages.
        id: 'desk-done',
        tone,
        text,
        ...(given
          ? { stays: given.shownSeconds * 1000, action: { label: 'Undo', keys: ['z'], run: () => void undo(given) } }
          : {}),
      })
    },
    [toasts, undo],
  )

  /** Carries out one thing. True when it was; a refusal has been told. */
  const act = useCallback(
    async (item: Item, order: Order, version: number | undefined = item.version): Promise<boolean> => {
      const seen = store.foresee(foreseen(item, order, me, people))
      const key = itemKey(item)
      const before = underway.current.get(key)
      const turn = (async () => {
        // One's own steps follow each other: the second is about what the first has made of it.
        const known = (await before) ?? version
        return send('actionCenter', 'act', {
          kind: item.kind,
          id: item.id,
          action: order.action,
          ...(['move', 'edit'].includes(order.action) ? { version: known } : {}),
          ...(order.to ? { to: order.to } : {}),
          ...(order.through ? { through: true } : {}),
          ...order.params,
        } as Parameters<typeof send<'actionCenter', 'act'>>[2])
      })()
      const after = turn.then(
        (answer) => answer.item?.version,
        () => undefined,
      )
      underway.current.set(key, after)
      void after.then(() => underway.current.get(key) === after && underway.current.delete(key))
      try {
        const answer = await turn
        seen.settle(answer.item)
        offerUndo(answer.text, answer.undo)
        setConflict(null)
        refresher.ask()
        return true
      } catch (error) {
        seen.back()
        if (error instanceof CallError && error.problem.code === 'stale_write')
          setConflict({ item, order, problem: error.problem })
        else toasts.show({ tone: 'bad', text: `${item.ref}: ${sentenceOf(error)}` })
        refresher.ask()
        return false
      }
    },
    [store, me, people, offerUndo, refresher, toasts],
  )

  return { shown, store, query, me, people, act, undo, offerUndo, conflict, setConflict, refresh: refresher }
}

async function readList(query: Query): Promise<WorkList> {
  return ask('actionCenter', 'list', query as Parameters<typeof ask<'actionCenter', 'list'>>[2])
}

export function sentenceOf(error: unknown): string {
  if (error instanceof CallError) return error.problem.detail
  return 'Something went wrong on our side. Nothing was changed.'
}

/** New urgent work is said to those who don't see it come. */
function useAnnounceUrgent(urgent: number): void {
  const announce = useAnnounce()
  const before = useRef(urgent)
  useEffect(() => {
    const more = urgent - before.current
    before.current = urgent
    if (more > 0) announce(more === 1 ? '1 new urgent item' : `${more} new urgent items`)
  }, [urgent, announce])
}
