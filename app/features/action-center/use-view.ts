import { useLocation, useNavigate } from '@remix-run/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type DeskAction, type Item, itemKey } from './types.ts'

/** A small form that waits for words, under its row or in the panel. */
export interface Asking {
  key: string
  action: DeskAction
}
export interface OpenMenu {
  key: string
  which: 'more' | 'status' | 'snooze' | 'assign'
  /** Whose button it hangs on. */
  at: 'row' | 'panel'
}

export interface View extends ReturnType<typeof useView> {}

/** Where this person is on the screen. None of it is lost when the list changes under it. */
export function useView(items: readonly Item[], openFirst: string | null) {
  const [active, setActive] = useState<string | null>(openFirst)
  const [open, setOpenKey] = useState<string | null>(openFirst)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Asking | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [creating, setCreating] = useState(false)
  const { panelIs } = usePanelAddress(setOpenKey)

  const setOpen = useCallback(
    (key: string | null) => {
      setOpenKey(key)
      setAsking(null)
      panelIs(key)
    },
    [panelIs],
  )

  const focusRow = useCallback((key: string) => {
    const link = document.querySelector<HTMLElement>(`[data-item="${key}"] [data-row-link]`)
    link?.focus({ preventScroll: true })
    link?.closest('[data-item]')?.scrollIntoView({ block: 'nearest' })
  }, [])

  const move = useCallback(
    (step: 1 | -1, extend = false) => {
      if (items.length === 0) return
      const at = items.findIndex((item) => itemKey(item) === active)
      const next = items[at < 0 ? (step === 1 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1)]
      if (!next) return
      const key = itemKey(next)
      if (extend) setSelected((all) => new Set([...all, ...(active && at >= 0 ? [active] : []), key]))
      setActive(key)
      if (open && open !== key) setOpen(key)
      focusRow(key)
    },
    [items, active, open, setOpen, focusRow],
  )

  const toggle = useCallback((key: string) => {
    setSelected((all) => {
      const next = new Set(all)
      if (!next.delete(key)) next.add(key)
      return next
    })
  }, [])

  useFollow({ items, active, open, setActive, setOpen, setSelected, focusRow })
  return {
    active,
    setActive,
    open,
    setOpen,
    selected,
    setSelected,
    toggle,
    asking,
    setAsking,
    menu,
    setMenu,
    creating,
    setCreating,
    move,
    focusRow,
  }
}

/** Keeps `item` in the address without reading anything again, so that the card can be linked to and reloaded. */
function usePanelAddress(setOpen: (key: string | null) => void) {
  const navigate = useNavigate()
  const location = useLocation()
  const search = useRef(location.search)
  search.current = location.search
  const named = new URLSearchParams(location.search).get('item')
  /** What the address was last asked to name, and all that it was asked to and has not named yet. */
  const asked = useRef({ last: named, underway: [] as (string | null)[] })
  const panelIs = useCallback(
    (key: string | null) => {
      if (asked.current.last === key) return
      asked.current.last = key
      asked.current.underway.push(key)
      const next = new URLSearchParams(search.current)
      if (key) next.set('item', key)
      else next.delete('item')
      navigate(`?${next}`, { replace: true, preventScrollReset: true })
    },
    [navigate],
  )
  // A link to a card, or the browser's own way back; what was asked for here has been done already.
  useEffect(() => {
    const { underway } = asked.current
    const at = underway.indexOf(named)
    if (at >= 0) underway.splice(0, at + 1)
    else {
      asked.current = { last: named, underway: [] }
      setOpen(named)
    }
  }, [named, setOpen])
  return { panelIs }
}

/** When the marked item leaves, the next one is marked; the focus goes with it if it was there. */
function useFollow({
  items,
  active,
  open,
  setActive,
  setOpen,
  setSelected,
  focusRow,
}: {
  items: readonly Item[]
  active: string | null
  open: string | null
  setActive: (key: string | null) => void
  setOpen: (key: string | null) => void
  setSelected: (change: (all: ReadonlySet<string>) => ReadonlySet<string>) => void
  focusRow: (key: string) => void
}): void {
  const before = useRef(items)
  useEffect(() => {
    const was = before.current
    before.current = items
    if (was === items) return
    const here = new Set(items.map(itemKey))
    setSelected((all) => ([...all].every((key) => here.has(key)) ? all : new Set([...all].filter((key) => here.has(key)))))
    if (!active || here.has(active)) return
    const at = was.findIndex((item) => itemKey(item) === active)
    if (at < 0) return
    const next = was.slice(at + 1).find((item) => here.has(itemKey(item))) ?? items.at(-1)
    const key = next ? itemKey(next) : null
    const focused = document.activeElement
    const hadFocus =
      focused === document.body || focused === null || focused.closest(`[data-item="${active}"], [data-side-panel]`) !== null
    setActive(key)
    // Who is writing on its card goes on writing.
    const writing = focused instanceof HTMLElement && focused.matches('[data-side-panel] :is(textarea, input, select)')
    if (open === active && !writing) setOpen(key)
    if (key && hadFocus && !writing) requestAnimationFrame(() => focusRow(key))
  }, [items, active, open, setActive, setOpen, setSelected, focusRow])
}
