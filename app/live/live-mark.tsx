import { classNames } from '../ui/class-names.ts'
import type { LiveState } from './use-live.ts'

const TEXT: Record<LiveState, string> = { waiting: '', live: 'Live', offline: 'Offline' }

/** Whether the page follows along; nothing is claimed before scripts run. */
export function LiveMark({ state }: { state: LiveState }) {
  return (
    <span role="status" className={classNames('hidden items-center gap-1.5 text-xs text-muted sm:inline-flex')}>
      {state === 'waiting' ? null : (
        <>
          <span
            aria-hidden="true"
            className={classNames('size-2 rounded-full', state === 'live' ? 'bg-good-ink' : 'bg-warn-ink')}
          />
          {TEXT[state]}
        </>
      )}
    </span>
  )
}

export function OfflineBanner({ state }: { state: LiveState }) {
  if (state !== 'offline') return null
  return (
    <p role="alert" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn-ink">
      No connection to the server. What you see may be out of date; it is read again as soon as the connection is back.
    </p>
  )
}
