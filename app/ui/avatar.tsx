import { classNames } from './class-names.ts'

function initialsOf(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => [...part][0]?.toUpperCase() ?? '')
    .join('')
}

/** The same person has the same ground everywhere. */
const GROUNDS = [
  'bg-accent-soft text-link',
  'bg-info-soft text-info-ink',
  'bg-plum-soft text-plum-ink',
  'bg-good-soft text-good-ink',
  'bg-warn-soft text-warn-ink',
]
function groundOf(name: string): string {
  let sum = 0
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997
  return GROUNDS[sum % GROUNDS.length] ?? ''
}

/** Initials in a circle; decoration beside a written name. */
export function Avatar({ name, small, ring }: { name: string; small?: boolean; ring?: boolean }) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        'inline-flex flex-none items-center justify-center rounded-full font-semibold',
        small ? 'size-5 text-[0.5625rem]' : 'size-6 text-[0.65rem]',
        groundOf(name),
        ring && 'ring-2 ring-surface',
      )}
    >
      {initialsOf(name)}
    </span>
  )
}

const MOST = 3

/** Several people in little room, e.g. who is looking at the same thing. Their names are the label. */
export function AvatarGroup({ label, people }: { label: string; people: readonly { name: string; doing?: string }[] }) {
  if (people.length === 0) return null
  const words = people.map((person) => (person.doing ? `${person.name} ${person.doing}` : person.name)).join(', ')
  return (
    <span role="img" aria-label={`${label}: ${words}`} title={words} className="inline-flex items-center -space-x-1.5">
      {people.slice(0, MOST).map((person) => (
        <Avatar key={person.name} name={person.name} small ring />
      ))}
      {people.length > MOST ? (
        <span className="z-10 inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-neutral-soft px-1 text-[0.5625rem] font-semibold text-neutral-ink ring-2 ring-surface">
          +{people.length - MOST}
        </span>
      ) : null}
    </span>
  )
}
