import { type BlockerFunction, useBeforeUnload, useBlocker } from '@remix-run/react'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useId, useMemo, useRef } from 'react'
import { Button } from './button.tsx'
import { useToasts } from './toast.tsx'

interface GuardedForm {
  element: HTMLFormElement
  /** Shows again what a refused submission said: nothing of it was saved. */
  wasRefused: boolean
}

interface FormGuard {
  watch(form: GuardedForm): () => void
  /** Called as a form is sent: its own contents are on their way and hold nobody back. */
  sending(element: HTMLFormElement): void
  /** The page has lost its server. */
  isOffline(): boolean
  /** Asked of the server itself. */
  isReachable(): Promise<boolean>
}

const FormGuardContext = createContext<FormGuard>({
  watch: () => () => undefined,
  sending: () => undefined,
  isOffline: () => false,
  isReachable: () => Promise.resolve(true),
})

/** Whether a field no longer holds what the page put there. Secrets are typed anew by who comes back. */
function isChanged(field: Element): boolean {
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue
  if (field instanceof HTMLSelectElement) {
    const given = [...field.options].filter((option) => option.defaultSelected)
    const chosen = [...field.selectedOptions]
    // A list that names no choice shows its first.
    if (given.length === 0 && !field.multiple) return field.selectedIndex > 0
    return given.length !== chosen.length || given.some((option) => !option.selected)
  }
  if (!(field instanceof HTMLInputElement) || ['hidden', 'password', 'submit', 'button'].includes(field.type)) return false
  if (['checkbox', 'radio'].includes(field.type)) return field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

/** A form somebody has put away again, by closing its step, is no work to be lost. */
function isUnsaved({ element, wasRefused }: GuardedForm): boolean {
  return element.checkVisibility() && (wasRefused || [...element.elements].some(isChanged))
}

/** What the form is about, as the page says it. */
function nameOf(element: HTMLFormElement | undefined): string {
  const heading = element?.closest('section')?.querySelector('h2') ?? document.querySelector('main h1')
  return heading?.textContent?.trim() ?? 'this page'
}

/**
 * Asks before typed work is lost: by a link, a shortcut, the palette, the back button, another form of the same page, or
 * a closed tab. What is typed is compared with what the page gave, so that undone changes ask nothing.
 */
export function FormGuardProvider({ isOffline, children }: { isOffline: boolean; children: ReactNode }) {
  const forms = useRef(new Set<GuardedForm>())
  const sent = useRef<HTMLFormElement | null>(null)
  const offline = useRef(isOffline)
  offline.current = isOffline
  const unsaved = useCallback(
    () => [...forms.current].find((form) => form.element !== sent.current && isUnsaved(form))?.element,
    [],
  )
  const guard = useMemo<FormGuard>(
    () => ({
      watch(form) {
        forms.current.add(form)
        return () => {
          forms.current.delete(form)
        }
      },
      sending(element) {
        sent.current = element
        // The router asks within the same turn; what comes later is another navigation.
        setTimeout(() => {
          sent.current = null
        })
      },
      isOffline: () => offline.current,
      isReachable() {
        return fetch('/health/ready', { signal: AbortSignal.timeout(3_000) }).then(
          (answer) => answer.ok,
          () => false,
        )
      },
    }),
    [],
  )
  const isCutOff = useCallback(() => offline.current || !navigator.onLine, [])
  const blocker = useBlocker(
    useCallback<BlockerFunction>(
      ({ currentLocation, nextLocation }) =>
        // What changes only the query, e.g. which card is open, may need no server.
        unsaved() !== undefined || (isCutOff() && currentLocation.pathname !== nextLocation.pathname),
      [unsaved, isCutOff],
    ),
  )
  const isAsked = blocker.state === 'blocked' && unsaved() !== undefined
  const { show } = useToasts()
  useEffect(() => {
    if (blocker.state !== 'blocked' || isAsked) return
    // Leaving now would end at the browser's own page of failure, and what is on the screen would be gone.
    let stale = false
    void guard.isReachable().then((reachable) => {
      if (stale) return
      if (reachable) return blocker.proceed()
      blocker.reset()
      show({ id: 'offline', tone: 'bad', text: 'You are offline: that page can’t be opened now. This one stays as it is.' })
    })
    return () => {
      stale = true
    }
  }, [blocker, isAsked, guard, show])
  useBeforeUnload(
    useCallback(
      (event) => {
        if (unsaved()) event.preventDefault()
      },
      [unsaved],
    ),
  )
  return (
    <FormGuardContext.Provider value={guard}>
      {children}
      {blocker.state === 'blocked' && isAsked ? (
        <AskToLeave what={nameOf(unsaved())} onStay={blocker.reset} onLeave={blocker.proceed} />
      ) : null}
    </FormGuardContext.Provider>
  )
}

/** The browser's own dialog: it holds the focus, closes with Escape, and weighs nothing. */
function AskToLeave({ what, onStay, onLeave }: { what: string; onStay: () => void; onLeave: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      className="dialog"
      onCancel={(event) => {
        event.preventDefault()
        onStay()
      }}
    >
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        Leave without saving?
      </h2>
      <p id={`${id}-text`} className="mt-1 text-sm text-muted">
        What you typed in “{what}” is not saved and would be lost.
      </p>
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button autoFocus onClick={onStay}>
          Stay here
        </Button>
        <Button tone="danger" onClick={onLeave}>
          Leave without saving
        </Button>
      </div>
    </dialog>
  )
}

/** Puts a form under the guard of its page. */
export function useGuardedForm(isGuarded: boolean, wasRefused: boolean) {
  const element = useRef<HTMLFormElement>(null)
  const guard = useContext(FormGuardContext)
  useEffect(() => {
    if (!isGuarded || !element.current) return
    return guard.watch({ element: element.current, wasRefused })
  }, [guard, isGuarded, wasRefused])
  return { element, guard }
}
