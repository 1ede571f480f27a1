import { useSubmit } from '@remix-run/react'
import { type Command, useCommands } from '../live/commands.tsx'
import { isEnding } from './statuses.ts'
import type { Possible } from './transitions.tsx'

interface EntityActions {
  ref: string
  version?: number
  /** Steps the machine offers this person now. */
  possible: readonly Possible[]
  assignee?: { id: string } | null
  /** This person, when they may take and release it. */
  taker?: string | null
}

/** Opens the form of a step that asks for something, as a click on its button would, and goes into it. */
function openStep(label: string): void {
  const steps = [...document.querySelectorAll<HTMLDetailsElement>('main details.step')]
  const step = steps.find((one) => one.querySelector('summary')?.textContent?.trim().startsWith(label))
  if (!step) return
  step.open = true
  step.querySelector<HTMLElement>('textarea, input:not([type=hidden]), select, [type=submit]')?.focus()
}

/** What can be done with the entity of this page now, offered to the palette: from the page's own data, so it is what its buttons are. */
export function useEntityCommands({ ref, version, possible, assignee, taker }: EntityActions): void {
  const submit = useSubmit()
  const post = (fields: Record<string, string>) => submit(fields, { method: 'post', preventScrollReset: true })
  const steps = possible
    .filter((step) => !step.refusedBy || step.needs.length > 0)
    .map((step): Command => {
      const asks = step.needs.length > 0 || isEnding(step.to) || step.refusedBy !== undefined
      const run = asks
        ? () => openStep(step.label)
        : () => post({ intent: 'status', newStatus: step.to, ...(version === undefined ? {} : { version: String(version) }) })
      return { id: `step ${step.to}`, label: asks ? `${step.label}…` : step.label, hint: ref, run }
    })
  const takes = taker
    ? assignee?.id === taker
      ? [{ id: 'release', label: 'Give it back', hint: ref, run: () => post({ intent: 'assign', userId: '', to: 'nobody' }) }]
      : assignee === null
        ? [{ id: 'take', label: 'Assign to me', hint: ref, run: () => post({ intent: 'assign', userId: taker, to: 'me' }) }]
        : []
    : []
  const note = { id: 'note', label: 'Write a note', hint: ref, run: focusNote }
  const copy = { id: 'copy', label: 'Copy the ref', hint: ref, run: () => void navigator.clipboard?.writeText(ref) }
  useCommands([...steps, ...takes, note, copy])
}

function focusNote(): void {
  const field = document.querySelector<HTMLTextAreaElement>('main textarea[name=body]')
  field?.closest('details')?.setAttribute('open', '')
  field?.focus()
}
