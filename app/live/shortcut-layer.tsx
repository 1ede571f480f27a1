import { useNavigate } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { Button } from '../ui/button.tsx'
import { SHORTCUTS, type Shortcut } from './shortcuts.ts'

const SEQUENCE_MS = 1_200

/** Typing into a field is never a command. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

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

export function ShortcutLayer({ permissions }: { permissions: readonly string[] }) {
  const navigate = useNavigate()
  const sheet = useRef<HTMLDialogElement>(null)

  useEffect(() => {
    const offered = SHORTCUTS.filter((one) => !('go' in one.does && one.does.needs && !permissions.includes(one.does.needs)))
    let typed: string[] = []
    let since = 0

    function run({ does }: Shortcut): boolean {
      if ('go' in does) {
        navigate(does.go)
        return true
      }
      switch (does.act) {
        case 'help':
          if (sheet.current?.open) sheet.current.close()
          else sheet.current?.showModal()
          return true
        case 'search': {
          const field = document.querySelector<HTMLInputElement>('[data-search]')
          field?.focus()
          field?.select()
          return field !== null
        }
        case 'next':
          return markRow(1)
        case 'previous':
          return markRow(-1)
        case 'open':
        case 'close':
          // The browser itself opens the focused link and closes the dialog.
          return false
      }
    }

    function onKey(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (sheet.current?.open && event.key !== '?') return
      if (event.key.startsWith('Arrow') && !document.activeElement?.hasAttribute('data-row-link')) return
      const now = event.timeStamp
      typed = now - since > SEQUENCE_MS ? [event.key] : [...typed, event.key]
      since = now
      const match =
        offered.find((one) => one.keys.length === typed.length && one.keys.every((key, at) => key === typed[at])) ??
        offered.find((one) => one.keys.length === 1 && one.keys[0] === event.key)
      if (match) {
        typed = []
        if (run(match)) event.preventDefault()
      } else if (!offered.some((one) => one.keys.length > typed.length && typed.every((key, at) => key === one.keys[at]))) {
        typed = offered.some((one) => one.keys.length > 1 && one.keys[0] === event.key) ? [event.key] : []
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [navigate, permissions])

  const groups = ['Go to', 'Lists', 'Everywhere'] as const
  return (
    <dialog
      ref={sheet}
      aria-labelledby="shortcut-sheet"
      className="m-auto w-full max-w-lg rounded-lg border border-line bg-surface p-5 text-text shadow-pop"
    >
      <div className="mb-3 flex items-center justify-between">
        <h2 id="shortcut-sheet" className="text-lg font-semibold">
          Keyboard shortcuts
        </h2>
        <Button small onClick={() => sheet.current?.close()}>
          Close
        </Button>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h3 className="mb-1 text-xs font-medium text-muted">{group}</h3>
            <dl className="flex flex-col gap-1 text-sm">
              {SHORTCUTS.filter((one) => one.group === group).map((one) => (
                <div key={one.keys.join(' ')} className="flex items-center justify-between gap-3">
                  <dt>{one.label}</dt>
                  <dd className="flex gap-1">
                    {one.keys.map((key) => (
                      <kbd key={key} className="rounded-sm border border-line bg-subtle px-1.5 font-mono text-xs">
                        {key === 'ArrowDown' ? '↓' : key === 'ArrowUp' ? '↑' : key === 'Escape' ? 'Esc' : key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}
