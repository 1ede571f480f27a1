import { CircleCheck, Info, TriangleAlert, X } from 'lucide-react'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import { Kbd } from './kbd.tsx'

export interface ToastMessage {
  id: string
  tone: 'good' | 'bad' | 'info'
  text: string
  /** Offered as a button for as long as the toast stays. */
  action?: { label: string; keys?: readonly string[]; run: () => void }
  /** Milliseconds; a refusal stays longer, because it has to be read. */
  stays?: number
}

interface Toasts {
  show(message: Omit<ToastMessage, 'id'> & { id?: string }): string
  close(id: string): void
}

const ToastContext = createContext<Toasts>({ show: () => '', close: () => undefined })
const LOOK = { good: 'text-good-ink', bad: 'text-bad-ink', info: 'text-info-ink' }
const ICON = { good: CircleCheck, bad: TriangleAlert, info: Info }
const STAYS_MS = { good: 8_000, info: 8_000, bad: 12_000 }
const MOST = 3

export function useToasts(): Toasts {
  return useContext(ToastContext)
}

/**
 * What was just done, in a corner that covers no work. `flash` is what the server says about the last form: without
 * scripts it stands until the next page.
 */
export function ToastProvider({ flash, children }: { flash: ToastMessage | null; children: ReactNode }) {
  const [shown, setShown] = useState<ToastMessage[]>(flash ? [flash] : [])
  const made = useRef(0)
  const close = useCallback((id: string) => setShown((all) => all.filter((one) => one.id !== id)), [])
  const show = useCallback<Toasts['show']>((message) => {
    const toast = { ...message, id: message.id ?? `toast-${made.current++}` }
    setShown((all) => [...all.filter((one) => one.id !== toast.id), toast].slice(-MOST))
    return toast.id
  }, [])
  useEffect(() => {
    if (flash) show(flash)
  }, [flash, show])
  const toasts = useMemo(() => ({ show, close }), [show, close])
  return (
    <ToastContext.Provider value={toasts}>
      {children}
      <div
        role="status"
        aria-label="Messages"
        className="no-print pointer-events-none fixed inset-x-0 bottom-4 z-(--z-toast) flex flex-col items-center gap-2 px-4"
      >
        {shown.map((toast) => (
          <Toast key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </ToastContext.Provider>
  )
}

/** One message. It waits while it is pointed at or has the focus. */
export function Toast({ toast, onClose }: { toast: ToastMessage; onClose: (id: string) => void }) {
  const [held, setHeld] = useState(false)
  const stays = toast.stays ?? STAYS_MS[toast.tone]
  useEffect(() => {
    if (held || stays === Number.POSITIVE_INFINITY) return
    const timer = setTimeout(() => onClose(toast.id), stays)
    return () => clearTimeout(timer)
  }, [held, stays, toast, onClose])
  const Icon = ICON[toast.tone]
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only stops the clock while it is looked at
    <div
      className="toast pointer-events-auto"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon aria-hidden="true" className={classNames('mt-0.5 size-4 flex-none', LOOK[toast.tone])} />
      <p className="min-w-0 self-center text-sm">{toast.text}</p>
      {toast.action ? (
        <Button
          small
          className="flex-none"
          onClick={() => {
            toast.action?.run()
            onClose(toast.id)
          }}
        >
          {toast.action.label}
          {toast.action.keys ? <Kbd keys={toast.action.keys} /> : null}
        </Button>
      ) : null}
      <button
        type="button"
        onClick={() => onClose(toast.id)}
        aria-label="Close this message"
        className="flex size-6 flex-none items-center justify-center rounded-sm text-muted hover:bg-subtle"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </div>
  )
}
