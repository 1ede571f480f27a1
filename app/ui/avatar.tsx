/** Initials in a circle; decoration beside a written name. */
export function Avatar({ name }: { name: string }) {
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => [...part][0]?.toUpperCase() ?? '')
    .join('')
  return (
    <span
      aria-hidden="true"
      className="inline-flex size-6 flex-none items-center justify-center rounded-full bg-accent-soft text-[0.65rem] font-semibold text-link"
    >
      {initials}
    </span>
  )
}
