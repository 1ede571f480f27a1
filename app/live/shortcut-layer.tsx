import { useNavigate } from '@remix-run/react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import type { Person } from '../features/frame.tsx'
import { paths } from '../paths.ts'
import { Kbd } from '../ui/kbd.tsx'
import { useOffered } from './commands.tsx'
import { areShortcutsOn, isKeyTaken, SHORTCUTS, type Shortcut } from './shortcuts.ts'

const SEQUENCE_MS = 1_200
const Palette = lazy(() => import('../features/palette/palette.tsx'))
const ShortcutSheet = lazy(() => import('./shortcut-sheet.tsx').then((module) => ({ default: module.ShortcutSheet })))

function rowLinks(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-row-link]')].filter((link) => link.offsetParent !== null)
}

function markRow(step: 1 | -1): boolean {
  const links = rowLinks()
  if (links.length === 0) return false
  const row = document.activeElement?.closest('[data-row]')
  const at = links.findIndex((link) => link === document.activeElement || (row && link.closest('[data-row]') === row))
  const next = at < 0 ? (step === 1 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)
  links[next]?.focus()
  links[next]?.scrollIntoView({ block: 'nearest' })
  return true
}

/** True when there is such a field and it is to be seen. */
function focusField(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector)
  if (!field || field.offsetParent === null) return false
  field.focus()
  field.select()
  return true
}

function acted(act: () => void): true {
  act()
  return true
}

type Layer = 'palette' | 'help' | null
type Key = { keys: readonly string[]; run: () => boolean }

/** Listens for the keys of every screen and of this one; draws the palette and the `?` sheet when they are asked for. */
export function ShortcutLayer({ person, theme }: { person: Person; theme: string }) {
  const navigate = useNavigate()
  const [layer, setLayer] = useState<Layer>(null)
  const [waiting, setWaiting] = useState<readonly string[]>([])
  const { commands, shortcuts } = useOffered()
  const close = useCallback(() => setLayer(null), [])

  const run = ({ does }: Shortcut): boolean => {
    if ('go' in does) {
      navigate(does.go)
      return true
    }
    switch (does.act) {
      case 'help':
      case 'palette':
        setLayer(does.act)
        return true
      case 'search':
        // On a phone the box is a screen of its own.
        if (!focusField('[data-search-everything]')) navigate(paths.search())
        return true
      case 'filter':
        return focusField('main [data-search]')
      case 'next':
        return markRow(1)
      case 'previous':
        return markRow(-1)
      case 'open':
      case 'close':
        // The browser itself opens the focused link and closes what is open.
        return false
    }
  }
  const offered: Key[] = [
    ...shortcuts.flatMap(({ keys, run: act }) => (act ? [{ keys, run: () => acted(act) }] : [])),
    ...SHORTCUTS.filter((one) => !('go' in one.does && one.does.needs && !person.permissions.includes(one.does.needs))).map(
      (one) => ({ keys: one.keys, run: () => run(one) }),
    ),
  ]
  // What is typed while the palette is still being loaded is the beginning of what is asked of it.
  const early = useRef<string | null>(null)
  const takeEarly = useCallback(() => {
    const text = early.current ?? ''
    early.current = null
    return text
  }, [])
  const onPalette = () => {
    early.current = layer === 'palette' ? null : ''
    setLayer(layer === 'palette' ? null : 'palette')
  }
  useKeys({ offered, onWaiting: setWaiting, onPalette, early })

  return (
    <>
      {waiting.length > 0 ? (
        <p
          aria-hidden="true"
          className="float fixed bottom-4 left-1/2 flex -translate-x-1/2 items-center gap-2 px-3 py-2 text-sm"
        >
          <Kbd keys={waiting} /> <span className="text-muted">then</span>
          <Kbd keys={offered.filter(({ keys }) => keys.length > 1 && keys[0] === waiting[0]).map(({ keys }) => keys[1] ?? '')} />
        </p>
      ) : null}
      {layer === null ? null : (
        // Only while something is asked for: as a part of the page it would have to be woken before the page may change.
        <Suspense>
          {layer === 'palette' ? (
            <Palette
              person={person}
              theme={theme}
              commands={commands}
              takeEarly={takeEarly}
              onClose={close}
              onHelp={() => setLayer('help')}
            />
          ) : null}
          {layer === 'help' ? <ShortcutSheet open onClose={close} screen={shortcuts} /> : null}
        </Suspense>
      )}
    </>
  )
}

/** One key, or several one after another within a moment; what has begun is told through `onWaiting`. */
function useKeys(listener: {
  offered: readonly Key[]
  onWaiting: (keys: readonly string[]) => void
  onPalette: () => void
  /** Not null while the palette is on its way. */
  early: { current: string | null }
}): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    let typed: string[] = []
    let forget: ReturnType<typeof setTimeout> | undefined
    const wait = (keys: string[]) => {
      typed = keys
      clearTimeout(forget)
      latest.current.onWaiting(keys)
      if (keys.length > 0) forget = setTimeout(() => wait([]), SEQUENCE_MS)
    }
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        latest.current.onPalette()
        return
      }
      const { early } = latest.current
      if (early.current !== null && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
        early.current += event.key
        event.preventDefault()
        return
      }
      if (isKeyTaken(event) || !areShortcutsOn() || ['Shift', 'CapsLock'].includes(event.key)) return
      if (event.key.startsWith('Arrow') && !document.activeElement?.hasAttribute('data-row-link')) return
      const now = [...typed, event.key]
      const keys = latest.current.offered
      const isOf = (one: Key, pressed: string[]) =>
        one.keys.length === pressed.length && one.keys.every((key, at) => key === pressed[at])
      const match = keys.find((one) => isOf(one, now)) ?? keys.find((one) => isOf(one, [event.key]))
      if (match) {
        wait([])
        if (match.run()) event.preventDefault()
      } else if (keys.some((one) => one.keys.length > now.length && now.every((key, at) => key === one.keys[at]))) wait(now)
      else wait(keys.some((one) => one.keys.length > 1 && one.keys[0] === event.key) ? [event.key] : [])
    }
    window.addEventListener('keydown', onKey)
    return () => {
      clearTimeout(forget)
      window.removeEventListener('keydown', onKey)
    }
  }, [])
}
