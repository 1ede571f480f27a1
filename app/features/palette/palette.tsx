import { useLocation, useNavigate, useSubmit } from '@remix-run/react'
import { Command as Cmdk } from 'cmdk'
import { Dialog } from 'radix-ui'
import { type ReactNode, useEffect, useState } from 'react'
import { type Answer, ask } from '../../live/call.ts'
import type { Command } from '../../live/commands.tsx'
import { areShortcutsOn, SHORTCUTS, setShortcutsOn } from '../../live/shortcuts.ts'
import { paths } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import type { Person } from '../frame.tsx'
import { NAV } from '../nav.ts'
import { askedWords, Highlight } from '../search/highlight.tsx'
import { countText, hitText, kindLabel } from '../search/kinds.ts'
import { rememberSearch } from '../search/recent.ts'
import { useSearch } from '../search/use-search.ts'
import { viewPath } from '../search/view-path.ts'

interface Entry {
  id: string
  label: ReactNode
  /** What typing is compared with; found rows are there whatever was typed. */
  text?: string
  hint?: string
  keys?: readonly string[]
  run: () => void
}

const CREATE = [
  { label: 'New task', to: paths.tasks.new(), needs: 'tasks.write' },
  { label: 'New exception', to: paths.exceptions.new(), needs: 'exceptions.write' },
  { label: 'New inquiry', to: paths.inquiries.new(), needs: 'inquiries.write' },
  { label: 'New booking', to: paths.bookings.new(), needs: 'bookings.write' },
  { label: 'New client', to: paths.clients.new(), needs: 'clients.write' },
] as const

function keysTo(path: string): readonly string[] | undefined {
  return SHORTCUTS.find((one) => 'go' in one.does && one.does.go === path)?.keys
}

/** Each word typed begins a word of the entry. */
function isMeant(text: string, typed: string): boolean {
  const has = text.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => has.startsWith(word) || has.includes(` ${word}`))
}

function useViews(): Answer<'views', 'list'>['items'] {
  const [views, setViews] = useState<Answer<'views', 'list'>['items']>([])
  useEffect(() => {
    let gone = false
    ask('views', 'list', {}).then(
      (answer) => gone || setViews(answer.items),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [])
  return views
}

/** Everything by keyboard: goes anywhere, finds anything, does what can be done here. Loaded when it is first asked for. */
export default function Palette({
  person,
  theme,
  commands,
  takeEarly,
  onClose,
  onHelp,
}: {
  person: Person
  theme: string
  commands: readonly Command[]
  /** What was typed before this was there. */
  takeEarly: () => string
  onClose: () => void
  onHelp: () => void
}) {
  const [typed, setTyped] = useState('')
  const [marked, setMarked] = useState('')
  useEffect(() => {
    // Taken once, here: React may run an updater again, and the second time there would be nothing left to take.
    const early = takeEarly()
    setTyped((now) => early + now)
  }, [takeEarly])
  const navigate = useNavigate()
  const search = useSearch(typed, 4)
  const views = useViews()
  const settings = useSettings(theme, onHelp)
  const q = typed.trim()
  const go = (to: string) => () => navigate(to)
  const asked = askedWords(search.q, search.answer?.corrected)
  const found: [string, Entry[]][] =
    q.length < 2
      ? []
      : (search.answer?.groups ?? []).map((group) => [
          `${kindLabel(group.kind)} ${countText(group)}`,
          group.items.map((hit) => {
            const { title, details, to } = hitText(hit)
            const label = (
              <>
                <span className="font-medium">
                  <Highlight text={title} asked={asked} />
                </span>{' '}
                <span className="text-xs text-muted">{details.join(' · ')}</span>
              </>
            )
            return { id: hit.id, label, hint: title === hit.ref ? undefined : hit.ref, run: go(to) }
          }),
        ])
  const everywhere = `Search everywhere for “${q}”`
  const groups: [string, Entry[]][] = [
    ['Here', commands.map((one) => ({ ...one, text: `${one.label} ${one.hint ?? ''}` }))],
    ...found,
    [
      'Create',
      CREATE.filter(({ needs }) => person.permissions.includes(needs)).map(({ label, to }) => ({
        id: to,
        label,
        text: label,
        run: go(to),
      })),
    ],
    [
      'Go to',
      NAV.flatMap((group) => group.items)
        .filter(({ needs }) => !needs || person.permissions.includes(needs))
        .map(({ label, to }) => ({ id: `go ${to}`, label, text: `Go to ${label}`, keys: keysTo(to), run: go(to) })),
    ],
    [
      'Saved views',
      views.map((view) => ({
        id: view.id,
        label: view.name,
        text: `${view.name} ${words(view.screen)}`,
        hint: words(view.screen),
        run: go(viewPath(view)),
      })),
    ],
    ['Settings', settings],
    // Last: what has a name of its own is meant first.
    ['Search', q.length < 2 ? [] : [{ id: 'search', label: everywhere, run: go(paths.search({ q })) }]],
  ]
  const shown = groups
    .map(
      ([label, entries]) => [label, entries.filter((one) => q === '' || one.text === undefined || isMeant(one.text, q))] as const,
    )
    .filter(([, entries]) => entries.length > 0)
  const first = shown[0]?.[1][0]?.id ?? ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words and other answers begin at the first line
  useEffect(() => setMarked(first), [q, search.answer, first])
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog palette" aria-describedby={undefined}>
          <Dialog.Title className="sr-only">Commands</Dialog.Title>
          <Cmdk label="Commands" shouldFilter={false} loop value={marked} onValueChange={setMarked}>
            <Cmdk.Input
              value={typed}
              onValueChange={setTyped}
              placeholder="Search, go somewhere, or do something"
              maxLength={200}
            />
            <Cmdk.List label="Commands">
              {shown.length === 0 ? (
                <Cmdk.Empty className="px-3 py-6 text-center text-sm text-muted">Nothing by that name.</Cmdk.Empty>
              ) : null}
              {shown.map(([label, entries]) => (
                <Cmdk.Group key={label} heading={label}>
                  {entries.map((entry) => (
                    <Cmdk.Item
                      key={entry.id}
                      value={entry.id}
                      className="menu-item"
                      onSelect={() => {
                        if (found.some(([, hits]) => hits.includes(entry)) || entry.id === 'search')
                          rememberSearch(person.email, q)
                        onClose()
                        entry.run()
                      }}
                    >
                      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                      {entry.hint ? <span className="flex-none text-xs text-muted">{entry.hint}</span> : null}
                      {entry.keys ? <Kbd keys={entry.keys} /> : null}
                    </Cmdk.Item>
                  ))}
                </Cmdk.Group>
              ))}
            </Cmdk.List>
          </Cmdk>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function useSettings(theme: string, onHelp: () => void): Entry[] {
  const location = useLocation()
  const submit = useSubmit()
  const isOn = areShortcutsOn()
  const choose = (value: string) => () =>
    submit(
      { theme: value, back: `${location.pathname}${location.search}` },
      { method: 'post', action: paths.theme(), preventScrollReset: true },
    )
  const themes = [
    ['light', 'Light appearance'],
    ['dark', 'Dark appearance'],
    ['system', 'Appearance of the system'],
  ] as const
  return [
    ...themes
      .filter(([value]) => value !== theme)
      .map(([value, label]) => ({ id: `theme ${value}`, label, text: `${label} theme`, run: choose(value) })),
    { id: 'help', label: 'Keyboard shortcuts', text: 'Keyboard shortcuts help', keys: ['?'], run: onHelp },
    {
      id: 'keys',
      label: isOn ? 'Switch single-key shortcuts off' : 'Switch single-key shortcuts on',
      text: 'Switch single-key shortcuts off on',
      run: () => setShortcutsOn(!isOn),
    },
    {
      id: 'profile',
      label: 'Profile and sessions',
      text: 'Profile and sessions',
      run: () => submit(null, { action: paths.profile() }),
    },
    { id: 'out', label: 'Sign out', text: 'Sign out log', run: () => submit(null, { method: 'post', action: paths.signOut() }) },
  ]
}
