import { FlaskConical } from 'lucide-react'

/** Says on every page of a payment that no money moves. */
export function SimulatorBanner() {
  return (
    <aside aria-label="Simulator" className="border-b border-line bg-warn-soft text-warn-ink">
      <p className="mx-auto flex max-w-4xl items-center gap-2 px-4 py-2 text-sm">
        <FlaskConical aria-hidden="true" className="size-4 flex-none" />
        <span>
          <strong>Simulator.</strong> No card is charged and no money moves.
        </span>
      </p>
    </aside>
  )
}
