import { type FormEvent, useId, useState } from 'react'
import { send } from '../../live/call.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Segments } from '../../ui/segments.tsx'
import { optionsOf, PRIORITIES, SEVERITIES } from '../statuses.ts'
import { useDesk } from './desk-context.ts'
import type { Kind } from './types.ts'
import { sentenceOf } from './use-work.ts'

type Input = Parameters<typeof send<'actionCenter', 'create'>>[2]

/** A task or an exception in one breath: a line, how urgent, and it is in the list. */
export function CreateDialog() {
  const { work, view, may } = useDesk()
  const [kind, setKind] = useState<Kind>(may.create.task ? 'task' : 'exception')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const id = useId()
  const close = () => {
    setProblem(null)
    view.setCreating(false)
  }
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string) => String(data.get(name) ?? '')
    setBusy(true)
    try {
      const { text: told, undo } = await send('actionCenter', 'create', {
        kind,
        subject: text('subject'),
        details: text('details'),
        priority: text('level') as Input['priority'],
        mine: data.get('mine') !== null,
      })
      work.offerUndo(told, undo)
      work.refresh.ask()
      close()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
    setBusy(false)
  }
  const levels = kind === 'task' ? PRIORITIES : SEVERITIES
  return (
    <Dialog open={view.creating} onClose={close} title={kind === 'task' ? 'New task' : 'New exception'}>
      <form className="flex flex-col gap-3" onSubmit={(event) => void submit(event)}>
        {may.create.task && may.create.exception ? (
          <div>
            <Segments
              label="Kind"
              value={kind}
              onChoose={(value) => setKind(value === 'exception' ? 'exception' : 'task')}
              segments={[
                { value: 'task', label: 'Task' },
                { value: 'exception', label: 'Exception' },
              ]}
            />
          </div>
        ) : null}
        {problem ? (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad-ink">
            {problem}
          </p>
        ) : null}
        <div>
          <label htmlFor={`${id}-subject`} className="mb-1 block text-xs font-medium">
            {kind === 'task' ? 'What is to be done' : 'What is wrong'}
          </label>
          <input id={`${id}-subject`} name="subject" required maxLength={300} autoFocus autoComplete="off" className="field" />
        </div>
        <div>
          <label htmlFor={`${id}-details`} className="mb-1 block text-xs font-medium">
            Details
          </label>
          <textarea id={`${id}-details`} name="details" rows={2} maxLength={10_000} className="field" />
        </div>
        <div className="flex flex-wrap items-end gap-4">
          <div>
            <label htmlFor={`${id}-level`} className="mb-1 block text-xs font-medium">
              {kind === 'task' ? 'Priority' : 'Severity'}
            </label>
            <select
              key={kind}
              id={`${id}-level`}
              name="level"
              defaultValue={kind === 'task' ? 'normal' : 'medium'}
              className="field w-36!"
            >
              {optionsOf(levels).map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </select>
          </div>
          {kind === 'task' ? (
            <label className="flex min-h-8 items-center gap-2 text-sm">
              <input type="checkbox" name="mine" className="check mt-0!" /> Mine
            </label>
          ) : null}
          <span className="ml-auto flex gap-2">
            <Button onClick={close}>Not now</Button>
            <Button type="submit" tone="primary" disabled={busy}>
              {busy ? 'Making…' : 'Make it'}
            </Button>
          </span>
        </div>
      </form>
    </Dialog>
  )
}
