import { classNames } from '../ui/class-names.ts'
import { useLiveState } from './live-context.tsx'

/** Whether the page follows along; nothing is claimed before scripts run. */
export function LiveMark() {
  const { state, freshAt } = useLiveState()
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-muted">
      {state === 'waiting' ? null : (
        <>
          <span
            aria-hidden="true"
            className={classNames('size-2 rounded-full', state === 'live' ? 'bg-good-ink' : 'bg-warn-ink')}
          />
          {state === 'live' ? <span className="max-sm:sr-only">Live</span> : <span>Offline · last updated {clock(freshAt)}</span>}
        </>
      )}
    </span>
  )
}

/** The wall clock of whoever looks, to the second. */
function clock(at: number): string {
  const time = new Date(at)
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

export function OfflineBanner() {
  const { state, freshAt } = useLiveState()
  if (state !== 'offline') return null
  return (
    <p role="alert" className="no-print mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn-ink">
      <strong>Offline · last updated {clock(freshAt)}.</strong> What you see may be out of date. It catches up by itself as soon
      as the connection is back.
    </p>
  )
}
