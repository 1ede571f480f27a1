import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useShortcuts } from '../../live/commands.tsx'
import { areShortcutsOn } from '../../live/shortcuts.ts'
import { useTicking } from '../../ui/clock.tsx'
import { isMovable, type May } from './carry-out.ts'
import { HOUR, type Scale, STEP } from './scale.ts'
import { TIMELINE_KEYS, type TimelineCommand } from './timeline-keys.ts'
import type { Entry, Model, Stretch } from './types.ts'
import type { TimeWork } from './use-time-work.ts'

/** A block that was moved by keys and not kept yet. */
export interface Lifted extends Stretch {
  entry: Entry
}

interface Active {
  row: number
  entry: string | null
  /** Not before somebody has gone there. */
  isShown?: boolean
}

interface KeysHost {
  work: TimeWork
  models: readonly Model[]
  scale: Scale
  may: May
  open: Entry | null
  draft: Stretch | null
  onOpen: (entry: Entry | null) => void
  onDraft: (stretch: Stretch | null) => void
  scroller: RefObject<HTMLDivElement>
  scrollToRow: (row: number) => void
}

const SHOWN = TIMELINE_KEYS.map(({ keys, label }) => ({ keys: keys.flatMap((key) => key.split('+')), label }))

/** Typing is never a command, what lies over the page has the keys for itself, and so has every other control. */
function isElsewhere(target: EventTarget | null): boolean {
  if (target instanceof HTMLElement) {
    if (target.isContentEditable || target.matches('textarea, select, input')) return true
    if (target.closest('[role=menu], [role=dialog], [role=alertdialog], dialog, header, aside')) return true
  }
  return document.querySelector('[role=menu], [role=dialog], [role=alertdialog], dialog[open]') !== null
}

function commandOf(event: KeyboardEvent): TimelineCommand | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return undefined
  if (event.key.length === 1 && !areShortcutsOn()) return undefined
  const key = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key
  return TIMELINE_KEYS.find((one) => one.keys[0] === key)?.does
}

/** Works the timeline without a mouse. The marked block has the focus, so that it is read out. */
export function useTimelineKeys(host: KeysHost) {
  useShortcuts(SHOWN)
  const [active, setActive] = useState<Active>({ row: 0, entry: null })
  const [lifted, setLifted] = useState<Lifted | null>(null)
  const now = useTicking((at) => Math.ceil(at / STEP) * STEP)
  const latest = useRef({ host, active, lifted, now })
  latest.current = { host, active, lifted, now }

  const focus = useCallback(({ row, entry }: Active) => {
    const { scroller, scrollToRow } = latest.current.host
    scrollToRow(row)
    let tries = 20
    const look = () => {
      const line = scroller.current?.querySelector(`[data-row-index="${row}"]`)
      const target = entry
        ? line?.querySelector<HTMLElement>(`[data-entry="${entry}"]`)
        : line?.querySelector<HTMLElement>('[data-row-name]')
      if (target) target.focus({ preventScroll: entry === null })
      else if (tries-- > 0) requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }, [])

  const activate = useCallback((row: number, entry: string | null) => setActive({ row, entry, isShown: true }), [])

  useEffect(() => {
    let afterG = Number.NEGATIVE_INFINITY
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isElsewhere(event.target) || !latest.current.host.scroller.current?.offsetParent) return
      // `g b` goes somewhere: its second key is no command here.
      const isSecond = event.timeStamp - afterG < 1_200
      afterG = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
      const command = isSecond ? undefined : commandOf(event)
      if (!command || !run(command, { ...latest.current, setActive, setLifted, focus })) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [focus])

  return { active: { ...active, isShown: active.isShown === true }, activate, lifted }
}

interface Hands {
  host: KeysHost
  active: Active
  lifted: Lifted | null
  now: number
  setActive: (active: Active) => void
  setLifted: (lifted: Lifted | null) => void
  focus: (active: Active) => void
}

/** False when there was nothing to do, so that the key keeps its usual meaning. */
function run(command: TimelineCommand, hands: Hands): boolean {
  switch (command) {
    case 'down':
    case 'up':
      return toRow(hands, command === 'down' ? 1 : -1)
    case 'next':
    case 'previous':
      return toEntry(hands, command === 'next' ? 1 : -1)
    case 'earlier':
    case 'later':
    case 'shorter':
    case 'longer':
      return shift(hands, command)
    case 'open':
      return open(hands)
    case 'create':
      return create(hands)
    case 'undo':
      void hands.host.work.undo()
      return true
    case 'close':
      return close(hands)
  }
}

function markedOf({ host, active }: Hands): Entry | undefined {
  const model = host.models[active.row]
  return model && active.entry ? host.work.store.find(model.id, active.entry) : undefined
}

function go(hands: Hands, to: Active): true {
  hands.setActive({ ...to, isShown: true })
  hands.focus(to)
  return true
}

/** To the row above or below, to the block there that is nearest in time. */
function toRow(hands: Hands, by: number): boolean {
  if (hands.lifted) return true
  const { host, active } = hands
  const row = Math.min(Math.max(active.row + by, 0), host.models.length - 1)
  const model = host.models[row]
  if (!model) return false
  const near = markedOf(hands)?.from ?? hands.now
  const [nearest] = [...host.work.store.row(model.id)].sort(
    (one, other) => Math.abs(one.from - near) - Math.abs(other.from - near),
  )
  return go(hands, { row, entry: active.entry && nearest ? nearest.id : null })
}

function toEntry(hands: Hands, by: number): boolean {
  if (hands.lifted) return true
  const model = hands.host.models[hands.active.row]
  if (!model) return false
  const entries = hands.host.work.store.row(model.id)
  const at = entries.findIndex((entry) => entry.id === hands.active.entry)
  const fromNow = entries.findIndex((entry) => entry.to > hands.now)
  const next = at < 0 ? (by > 0 ? Math.max(fromNow, 0) : fromNow - 1) : at + by
  const entry = entries[next]
  if (entry) return go(hands, { row: hands.active.row, entry: entry.id })
  return at < 0 ? go(hands, { row: hands.active.row, entry: null }) : true
}

function shift(hands: Hands, how: 'earlier' | 'later' | 'shorter' | 'longer'): boolean {
  const marked = hands.lifted?.entry ?? markedOf(hands)
  if (!marked || !isMovable(marked, hands.host.may)) return false
  const { modelId, from, to } = hands.lifted ?? marked
  const by = how === 'earlier' || how === 'shorter' ? -STEP : STEP
  const next =
    how === 'earlier' || how === 'later' ? { from: from + by, to: to + by } : { from, to: Math.max(to + by, from + STEP) }
  hands.setLifted({ entry: marked, modelId, ...next })
  return true
}

function open(hands: Hands): boolean {
  const { lifted, host } = hands
  if (lifted) {
    hands.setLifted(null)
    if (lifted.from !== lifted.entry.from || lifted.to !== lifted.entry.to) {
      const { modelId, from, to } = lifted
      void host.work.change(lifted.entry, { modelId, from, to })
    }
    return true
  }
  const marked = markedOf(hands)
  if (marked) host.onOpen(marked)
  return marked !== undefined
}

function create(hands: Hands): boolean {
  const { host, active, now, scale } = { ...hands, scale: hands.host.scale }
  const model = host.models[active.row]
  if (!model) return false
  const from = markedOf(hands)?.to ?? (now > scale.from && now < scale.to ? now : scale.from + 12 * HOUR)
  host.onDraft({ modelId: model.id, from, to: from + HOUR })
  return true
}

function close(hands: Hands): boolean {
  const { host, lifted, active } = hands
  if (lifted) hands.setLifted(null)
  else if (host.open || host.draft) {
    host.onOpen(null)
    host.onDraft(null)
    hands.focus(active)
  } else return false
  return true
}
