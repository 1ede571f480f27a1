import { CircleCheck, Info, TriangleAlert, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { classNames } from './class-names.ts'

export interface FlashMessage {
  id: string
  tone: 'good' | 'bad' | 'info'
  text: string
}

const LOOK = { good: 'text-good-ink', bad: 'text-bad-ink', info: 'text-info-ink' }
const ICON = { good: CircleCheck, bad: TriangleAlert, info: Info }
const SHOWN_MS = 8_000

/**
 * What the last action did. The server sends it once; it stays through background reloads until it has been read for
 * some seconds or is closed. Without scripts it stays until the next page.
 */
export function FlashToast({ flash }: { flash: FlashMessage | null }) {
  const [shown, setShown] = useState(flash)
  useEffect(() => {
    if (flash) setShown(flash)
  }, [flash])
  useEffect(() => {
    if (!shown) return
    const timer = setTimeout(() => setShown(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [shown])
  const Icon = shown ? ICON[shown.tone] : null
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex justify-center px-4">
      {shown && Icon ? (
        <div className="pointer-events-auto flex max-w-xl items-start gap-2.5 rounded-lg border border-line bg-surface py-2.5 pr-2 pl-3.5 shadow-pop">
          <Icon aria-hidden="true" className={classNames('mt-0.5 size-4 flex-none', LOOK[shown.tone])} />
          <p className="text-sm">{shown.text}</p>
          <button
            type="button"
            onClick={() => setShown(null)}
            aria-label="Close this message"
            className="-my-0.5 flex size-6 flex-none items-center justify-center rounded-sm text-muted hover:bg-subtle"
          >
            <X aria-hidden="true" className="size-3.5" />
          </button>
        </div>
      ) : null}
    </div>
  )
}
