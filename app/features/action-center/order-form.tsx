import type { FormEvent, ReactNode } from 'react'
import type { Refused } from '../../problem.ts'
import type { ButtonTone } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ActionForm, Field, FormProblem, Select, Submit, Textarea } from '../../ui/form.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { isEnding } from '../statuses.ts'
import { useDesk } from './desk-context.ts'
import { questionOf } from './orders.ts'
import { type DeskAction, type Item, orderOf } from './types.ts'

/** How an action is posted where there are no scripts; with them it is carried out in place. */
function formOf(item: Item, action: DeskAction, refused?: Refused) {
  const act = `${item.id} ${action.action} ${action.to ?? ''}`
  return {
    intent: 'act',
    refused,
    only: { name: 'act', value: act },
    carry: {
      kind: item.kind,
      id: item.id,
      version: item.version,
      action: action.action,
      to: action.to,
      through: action.through ? 'true' : undefined,
      act,
    },
  }
}

/** An action that needs nothing more, as one button. */
export function OrderButton({
  item,
  action,
  tone = 'secondary',
  small = true,
  keys,
  children,
  refused,
  className,
}: {
  item: Item
  action: DeskAction
  tone?: ButtonTone
  small?: boolean
  keys?: readonly string[]
  children?: ReactNode
  refused?: Refused
  className?: string
}) {
  const { work } = useDesk()
  return (
    <ActionForm
      {...formOf(item, action, refused)}
      onSubmit={(event) => {
        event.preventDefault()
        void work.act(item, orderOf(action))
      }}
      className={className}
    >
      <Submit tone={tone} small={small} busy="Working…" title={action.undoable ? undefined : action.why}>
        {children ?? action.label}
        {keys ? <Kbd keys={keys} /> : null}
      </Submit>
      <FormProblem className="mt-2" />
    </ActionForm>
  )
}

/** Asks for what an action needs, right there. Ctrl+Enter sends it, Escape puts it away. */
export function OrderForm({
  item,
  action,
  onDone,
  onCancel,
  refused,
  autoFocus = true,
}: {
  item: Item
  action: DeskAction
  onDone?: () => void
  onCancel?: () => void
  refused?: Refused
  autoFocus?: boolean
}) {
  const { work } = useDesk()
  const ending = action.to !== undefined && isEnding(action.to)
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const params = Object.fromEntries(action.needs.map((need) => [need, String(data.get(need) ?? '')]))
    onDone?.()
    void work.act(item, orderOf(action, params))
  }
  return (
    <ActionForm
      {...formOf(item, action, refused)}
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit()
        if (event.key === 'Escape' && onCancel) {
          event.stopPropagation()
          onCancel()
        }
      }}
      aria-label={`${action.label}: ${item.ref}`}
      className="flex flex-col gap-2 rounded-md border border-line bg-subtle p-3"
    >
      <FormProblem own={action.needs} />
      {action.needs.map((need, at) => (
        <Field key={need} name={need} label={questionOf(need)} required>
          {need === 'userId' ? (
            <Select
              autoFocus={autoFocus && at === 0}
              empty="Choose a person"
              options={work.people.map((person) => ({ value: person.id, label: person.name }))}
            />
          ) : (
            <Textarea autoFocus={autoFocus && at === 0} rows={2} maxLength={need === 'reason' ? 500 : 2000} required />
          )}
        </Field>
      ))}
      {action.undoable ? null : (
        <p className="text-xs text-bad-ink">This can not be undone{action.why ? `: ${action.why}` : '.'}</p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Submit tone={ending ? 'danger' : 'primary'} small busy="Working…">
          {action.label}
          <span className={classNames('max-sm:hidden', 'opacity-80')}>
            <Kbd keys={['Mod', 'Enter']} />
          </span>
        </Submit>
        {onCancel ? (
          <button type="button" className="btn btn-quiet btn-sm" onClick={onCancel}>
            Not now
          </button>
        ) : null}
      </div>
    </ActionForm>
  )
}
