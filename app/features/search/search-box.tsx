import { Form, Link, useLocation, useNavigate } from '@remix-run/react'
import { Search } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { paths } from '../../paths.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { askedWords, Highlight } from './highlight.tsx'
import { countText, hitText, kindLabel } from './kinds.ts'
import { forgetSearches, recentSearches, rememberSearch } from './recent.ts'
import { type Searching, useSearch } from './use-search.ts'

interface Option {
  key: string
  /** Where it leads; none: it only empties the recent ones. */
  to?: string
  content: ReactNode
}
interface OptionGroup {
  label: string
  options: Option[]
}

function groupsOf({ q, answer }: Searching): OptionGroup[] {
  if (!answer) return []
  const asked = askedWords(q, answer.corrected)
  const groups = answer.groups.map((group) => ({
    label: `${kindLabel(group.kind)} ${countText(group)}`,
    options: [
      ...group.items.map((hit) => {
        const { title, details, to } = hitText(hit)
        return { key: hit.id, to, content: <HitLine title={title} hitRef={hit.ref} details={details} asked={asked} /> }
      }),
      ...(group.more
        ? [
            {
              key: `more ${group.kind}`,
              to: paths.search({ q, kind: group.kind }),
              content: <span className="text-link">All {kindLabel(group.kind).toLowerCase()} for this</span>,
            },
          ]
        : []),
    ],
  }))
  return groups
}

function HitLine({ title, hitRef, details, asked }: { title: string; hitRef: string; details: string[]; asked: string[] }) {
  return (
    <span className="flex min-w-0 flex-1 items-baseline gap-2">
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">
          <Highlight text={title} asked={asked} />
        </span>
        {details.length > 0 ? (
          <span className="ml-2 text-xs text-muted">
            <Highlight text={details.join(' · ')} asked={asked} />
          </span>
        ) : null}
      </span>
      {title === hitRef ? null : <span className="flex-none text-xs text-muted">{hitRef}</span>}
    </span>
  )
}

function recentGroup(email: string): OptionGroup[] {
  const recent = recentSearches(email)
  if (recent.length === 0) return []
  return [
    {
      label: 'Searched lately',
      options: [
        ...recent.map((q) => ({ key: `recent ${q}`, to: paths.search({ q }), content: <span className="truncate">{q}</span> })),
        { key: 'forget', content: <span className="text-muted">Forget these</span> },
      ],
    },
  ]
}

/** The box in the frame of every screen: results as one types, by keyboard; without scripts a form that leads to the search page. */
export function SearchBox({ email }: { email: string }) {
  const id = useId()
  const navigate = useNavigate()
  const location = useLocation()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const search = useSearch(isOpen ? typed : '')
  const isShort = typed.trim().length < 2
  const groups = !isOpen ? [] : isShort ? recentGroup(email) : groupsOf(search)
  const options = groups.flatMap((group) => group.options)
  const current = options[active]
  const isShown = isOpen && (options.length > 0 || (!isShort && (search.answer !== null || search.problem !== null)))

  // biome-ignore lint/correctness/useExhaustiveDependencies: each screen begins with a closed list
  useEffect(() => {
    setOpen(false)
  }, [location.key])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins without a marked line
  useEffect(() => {
    setActive(-1)
  }, [search.answer, isShort])

  const choose = (option: Option) => {
    if (!option.to) {
      forgetSearches(email)
      setActive(-1)
      setOpen(false)
      return
    }
    rememberSearch(email, typed)
    setOpen(false)
    setTyped('')
    field.current?.blur()
    navigate(option.to)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      // -1 is the field itself.
      setActive((at) => ((at + 1 + step + options.length + 1) % (options.length + 1)) - 1)
    } else if (event.key === 'Enter' && current) {
      event.preventDefault()
      choose(current)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (isShown) setOpen(false)
      else if (typed) setTyped('')
      else field.current?.blur()
    }
  }
  useEffect(() => {
    if (current) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, current, id])

  return (
    <search className="relative hidden w-64 flex-none sm:block lg:w-80">
      <Form
        method="get"
        action={paths.search()}
        onSubmit={() => {
          rememberSearch(email, typed)
          setOpen(false)
          setTyped('')
          field.current?.blur()
        }}
      >
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-muted"
        />
        <input
          ref={field}
          id={`${id}-field`}
          name="q"
          type="text"
          role="combobox"
          data-search-everything
          aria-label="Search everything"
          aria-expanded={isShown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          placeholder="Search everything"
          className="field pr-8 pl-8"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setOpen(true)
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <span aria-hidden="true" className="pointer-events-none absolute top-1/2 right-2 hidden -translate-y-1/2 lg:block">
          <Kbd keys={['/']} />
        </span>
      </Form>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Found"
        hidden={!isShown || options.length === 0}
        className="float absolute top-full right-0 mt-1 max-h-[70dvh] w-[min(34rem,calc(100vw-2rem))] overflow-y-auto p-1"
      >
        {isShown && search.answer?.corrected && !isShort ? (
          <div role="presentation" className="px-2 py-1 text-xs text-muted">
            Nothing has “{search.q}”. Found for “{search.answer.corrected.join(', ')}”:
          </div>
        ) : null}
        <OptionList id={id} groups={groups} active={active} onChoose={choose} />
      </div>
      {isShown && options.length === 0 ? (
        <p className="float absolute top-full right-0 mt-1 w-[min(34rem,calc(100vw-2rem))] px-3 py-3 text-sm text-muted">
          {search.problem ?? `Nothing found for “${search.q}”.`}
        </p>
      ) : null}
      <p role="status" className="sr-only">
        {isShown && !isShort && !search.isBusy ? said(search) : ''}
      </p>
    </search>
  )
}

function said({ answer, problem }: Searching): string {
  if (!answer) return problem ?? ''
  if (answer.groups.length === 0) return 'Nothing found.'
  return answer.groups.map((group) => `${countText(group)} ${kindLabel(group.kind).toLowerCase()}`).join(', ')
}

function OptionList({
  id,
  groups,
  active,
  onChoose,
}: {
  id: string
  groups: readonly OptionGroup[]
  active: number
  onChoose: (option: Option) => void
}) {
  let at = -1
  return groups.map((group, nth) => (
    // biome-ignore lint/a11y/useSemanticElements: a group of options, which a fieldset is not
    <div key={group.label} role="group" aria-labelledby={`${id}-group-${nth}`}>
      <div id={`${id}-group-${nth}`} className="menu-label">
        {group.label}
      </div>
      {group.options.map((option) => {
        at += 1
        const isActive = at === active
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
          <div
            key={option.key}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={isActive}
            data-highlighted={isActive ? '' : undefined}
            className="menu-item"
            // Else the field loses the focus and the list is gone before the click.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(option)}
          >
            {option.content}
          </div>
        )
      })}
    </div>
  ))
}

/** On a phone the box is a screen of its own. */
export function SearchLink() {
  return (
    <Link to={paths.search()} aria-label="Search" className="btn btn-secondary sm:hidden">
      <Search aria-hidden="true" className="size-4" />
    </Link>
  )
}
