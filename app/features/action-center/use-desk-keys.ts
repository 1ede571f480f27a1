import { useEffect, useRef } from 'react'
import { useShortcuts } from '../../live/commands.tsx'
import { areShortcutsOn } from '../../live/shortcuts.ts'
import { DESK_KEYS, type DeskCommand } from './desk-keys.ts'
import { find } from './orders.ts'
import { type Item, itemKey, orderOf } from './types.ts'
import type { View } from './use-view.ts'
import type { Work } from './use-work.ts'

/** Typing is never a command, and what lies over the page has the keys for itself. */
function isElsewhere(target: EventTarget | null): boolean {
  if (target instanceof HTMLElement) {
    if (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox])')) return true
    if (target.closest('[role=menu], [role=dialog], [role=alertdialog], dialog, header')) return true
  }
  return document.querySelector('[role=menu], [role=dialog], [role=alertdialog], dialog[open]') !== null
}

function commandOf(event: KeyboardEvent): DeskCommand | undefined {
  const mod = event.ctrlKey || event.metaKey
  if (event.altKey || event.isComposing || (!mod && event.key !== 'Escape' && !areShortcutsOn())) return undefined
  const key = mod ? `Mod+${event.key.toLowerCase()}` : event.key
  return DESK_KEYS.find((one) => one.keys[0] === key)?.does
}

/** As the `?` sheet lists them. */
const SHOWN = DESK_KEYS.map(({ keys, label }) => ({ keys: keys.flatMap((key) => key.split('+')), label }))

/** The keys of the Action Center, before those of every screen. */
export function useDeskKeys(work: Work, view: View): void {
  useShortcuts(SHOWN)
  const latest = useRef({ work, view })
  latest.current = { work, view }
  useEffect(() => {
    let afterG = Number.NEGATIVE_INFINITY
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (isElsewhere(event.target)) return
      // `g a` goes somewhere: its second key is no command here.
      const second = event.timeStamp - afterG < 1_200
      afterG = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY
      const command = second ? undefined : commandOf(event)
      if (!command || !run(command, latest.current.work, latest.current.view, event)) return
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])
}

/** False when there was nothing to do, so that the key keeps its usual meaning. */
function run(command: DeskCommand, work: Work, view: View, event: KeyboardEvent): boolean {
  switch (command) {
    case 'next':
    case 'previous':
    case 'extendNext':
    case 'extendPrevious':
      view.move(command === 'next' || command === 'extendNext' ? 1 : -1, command.startsWith('extend'))
      return true
    case 'undo':
      void work.undo()
      return true
    case 'create':
      view.setCreating(true)
      return true
    case 'selectAll':
      view.setSelected(new Set(work.shown.items.map(itemKey)))
      return true
    case 'close':
      return close(view)
    default: {
      const item = work.shown.items.find((one) => itemKey(one) === view.active)
      return item ? onItem(command, item, work, view, event) : false
    }
  }
}

function close(view: View): boolean {
  if (view.asking) view.setAsking(null)
  else if (view.open) {
    const key = view.open
    view.setOpen(null)
    view.focusRow(key)
  } else if (view.selected.size > 0) view.setSelected(new Set())
  else return false
  return true
}

function onItem(command: DeskCommand, item: Item, work: Work, view: View, event: KeyboardEvent): boolean {
  const key = itemKey(item)
  const at = view.open === key ? 'panel' : 'row'
  switch (command) {
    case 'open':
      // Enter on a button or another link is that button's.
      if (event.key === 'Enter' && !(event.target as HTMLElement).matches('[data-row-link], body')) return false
      view.setOpen(event.key === 'e' && view.open === key ? null : key)
      return true
    case 'select':
      view.toggle(key)
      return true
    case 'claim': {
      const claim = find(item, 'claim')
      if (claim) void work.act(item, orderOf(claim))
      return claim !== undefined
    }
    case 'status':
      view.setMenu({ key, which: 'status', at })
      return true
    case 'snooze':
      if (!find(item, 'snooze')) return false
      view.setMenu({ key, which: 'snooze', at })
      return true
    case 'note': {
      const note = find(item, 'note')
      if (!note) return false
      const field = view.open === key ? document.querySelector<HTMLElement>('[data-note-field]') : null
      if (field) field.focus()
      else view.setAsking({ key, action: note })
      return true
    }
    default:
      return false
  }
}
