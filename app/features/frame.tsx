import { Form, Link, NavLink, useLocation, useMatches, useNavigation } from '@remix-run/react'
import { ChevronDown, LogOut, Menu, Moon, Rows3, User } from 'lucide-react'
import type { ReactNode } from 'react'
import { paths } from '../paths.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Breadcrumbs, type Crumb } from '../ui/page-header.tsx'
import type { ScreenHandle } from './handle.ts'
import { NAV } from './nav.ts'
import { SearchBox, SearchLink } from './search/search-box.tsx'

export interface Person {
  name: string
  email: string
  roles: string[]
  permissions: string[]
}

export function Brand({ to, label }: { to: string; label: string }) {
  return (
    <Link to={to} aria-label={label} className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <BrandMark />
    </Link>
  )
}

/** The sign and the name, leading nowhere. */
export function BrandMark() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 24 24" width="24" height="24" className="flex-none">
        <rect width="24" height="24" rx="6" className="fill-accent" />
        <path
          d="M6.5 7.5 12 17l5.5-9.5"
          fill="none"
          strokeWidth="2.4"
          strokeLinecap="round"
          strokeLinejoin="round"
          className="stroke-accent-text"
        />
      </svg>
      <span className="text-lg">Virel</span>
    </span>
  )
}

/** The frame of every signed-in screen: navigation, where one is, who one is. */
export function Frame({
  person,
  theme,
  density,
  live,
  children,
}: {
  person: Person
  theme: string
  density: string
  live?: ReactNode
  children: ReactNode
}) {
  const location = useLocation()
  const busy = useNavigation().state === 'loading'
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-accent-text focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      {busy ? <div className="progress" aria-hidden="true" /> : null}
      <aside className="hidden border-r border-line bg-surface lg:block">
        <div className="sticky top-0 flex max-h-dvh flex-col overflow-y-auto px-3 py-3">
          <div className="px-2 pb-3">
            <Brand to={paths.admin()} label="Virel, dashboard" />
          </div>
          <NavLinks label="Main" permissions={person.permissions} />
        </div>
      </aside>
      <div className="flex min-w-0 flex-col">
        <header className="app-header sticky top-0 z-(--z-header) border-b border-line bg-surface">
          <div className="flex h-12 items-center gap-3 px-4 lg:px-6">
            <details key={location.key} className="pop lg:hidden">
              <summary className="btn btn-secondary" aria-label="Menu">
                <Menu aria-hidden="true" className="size-4" />
              </summary>
              <div className="pop-panel right-auto! left-0 max-h-[80dvh] w-64 overflow-y-auto p-2">
                <NavLinks label="Menu" permissions={person.permissions} />
              </div>
            </details>
            <div className="min-w-0 flex-1">
              <HereCrumbs />
            </div>
            <SearchBox email={person.email} />
            <SearchLink />
            {live}
            <PersonMenu key={`person ${location.key}`} person={person} theme={theme} density={density} />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="w-full max-w-[100rem] min-w-0 flex-1 px-4 py-5 lg:px-6">
          {children}
        </main>
      </div>
    </div>
  )
}

function HereCrumbs() {
  const crumbs = useMatches().reduce<Crumb[]>((found, match) => {
    const handle = match.handle as ScreenHandle | undefined
    return handle?.crumbs && match.data !== undefined ? handle.crumbs(match.data) : found
  }, [])
  return crumbs.length > 0 ? <Breadcrumbs crumbs={crumbs} /> : null
}

function NavLinks({ label, permissions }: { label: string; permissions: readonly string[] }) {
  return (
    <nav aria-label={label} className="flex flex-col gap-4">
      {NAV.map((group) => {
        const items = group.items.filter((item) => !item.needs || permissions.includes(item.needs))
        if (items.length === 0) return null
        return (
          <div key={group.label}>
            <p className="px-2 pb-1 text-xs font-medium text-muted">{group.label}</p>
            <ul className="flex flex-col gap-px">
              {items.map(({ label: text, to, icon: Icon }) => (
                <li key={to}>
                  <NavLink
                    to={to}
                    end={to === paths.admin() || to === paths.availability()}
                    prefetch="intent"
                    className={({ isActive }) =>
                      classNames(
                        'flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm',
                        isActive ? 'bg-accent-soft font-semibold text-link' : 'text-text hover:bg-subtle',
                      )
                    }
                  >
                    <Icon aria-hidden="true" className="size-4 flex-none opacity-80" strokeWidth={1.75} />
                    {text}
                  </NavLink>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

function PersonMenu({ person, theme, density }: { person: Person; theme: string; density: string }) {
  return (
    <details className="pop">
      <summary className="flex min-h-8 items-center gap-2 rounded-md px-1.5 text-sm hover:bg-subtle">
        <Avatar name={person.name} />
        <span className="sr-only sm:not-sr-only sm:max-w-40 sm:truncate">
          <span className="sr-only">Signed in as </span>
          {person.name}
        </span>
        <ChevronDown aria-hidden="true" className="size-3.5 text-muted" />
      </summary>
      <div className="pop-panel w-64 p-3">
        <p className="truncate font-medium">{person.name}</p>
        <p className="truncate text-xs text-muted">{person.email}</p>
        <p className="mt-0.5 text-xs text-muted">
          {person.roles.map((role) => role.toLowerCase().replaceAll('_', ' ')).join(', ')}
        </p>
        <div className="my-3 border-t border-line" />
        <Link to={paths.profile()} className="flex min-h-8 items-center gap-2 rounded-md px-2 text-sm hover:bg-subtle">
          <User aria-hidden="true" className="size-4" /> Profile and security
        </Link>
        <ThemeForm theme={theme} />
        <ChoiceForm
          legend="Density"
          icon={<Rows3 aria-hidden="true" className="size-4" />}
          name="density"
          value={density}
          choices={DENSITIES}
        />
        <div className="my-3 border-t border-line" />
        <Form method="post" action={paths.signOut()}>
          <Button type="submit" className="w-full" icon={<LogOut aria-hidden="true" className="size-3.5" />}>
            Sign out
          </Button>
        </Form>
      </div>
    </details>
  )
}

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]
const DENSITIES = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
]

/** Light, dark or as the system has it. */
export function ThemeForm({ theme }: { theme: string }) {
  return (
    <ChoiceForm
      legend="Appearance"
      icon={<Moon aria-hidden="true" className="size-4" />}
      name="theme"
      value={theme}
      choices={THEMES}
    />
  )
}

/** How the screens look for this person; a form, so it works without scripts. */
function ChoiceForm({
  legend,
  icon,
  name,
  value,
  choices,
}: {
  legend: string
  icon: ReactNode
  name: string
  value: string
  choices: readonly { value: string; label: string }[]
}) {
  const location = useLocation()
  return (
    <Form method="post" action={paths.theme()} preventScrollReset className="px-2 py-1">
      <input type="hidden" name="back" value={`${location.pathname}${location.search}`} />
      <fieldset>
        <legend className="mb-1 flex items-center gap-2 text-sm">
          {icon} {legend}
        </legend>
        <div className="segments w-full">
          {choices.map((choice) => (
            <button
              key={choice.value}
              type="submit"
              name={name}
              value={choice.value}
              aria-pressed={value === choice.value}
              className="segment flex-1"
            >
              {choice.label}
            </button>
          ))}
        </div>
      </fieldset>
    </Form>
  )
}
