import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { inputTime } from '../../ui/time.tsx'
import { instantOf } from './local-instant.ts'
import type { Stretch } from './types.ts'

/** New times, typed: what dragging does, for who doesn't drag. */
export function MoveForm({
  stretch,
  zone,
  verb = 'Move',
  onMove,
}: {
  stretch: Stretch
  zone: string
  verb?: string
  onMove: (to: Stretch) => Promise<boolean>
}) {
  const [problem, setProblem] = useState('')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const [from, to] = [instantOf(String(form.get('from')), zone), instantOf(String(form.get('to')), zone)]
    if (from === undefined || to === undefined || to <= from) return setProblem('Type a beginning, and an end after it.')
    setProblem('')
    void onMove({ modelId: stretch.modelId, from, to })
  }
  return (
    <form onSubmit={submit} className="mt-3 grid gap-2 border-t border-line pt-3">
      <Moment name="from" label="From" at={stretch.from} zone={zone} />
      <Moment name="to" label="To" at={stretch.to} zone={zone} />
      {problem ? (
        <p role="alert" className="text-xs font-medium text-bad-ink">
          {problem}
        </p>
      ) : null}
      <div>
        <Button type="submit">{verb}</Button>
      </div>
    </form>
  )
}

function Moment({ name, label, at, zone }: { name: string; label: string; at: number; zone: string }) {
  return (
    <label className="grid grid-cols-[3rem_minmax(0,1fr)] items-center gap-2 text-xs font-medium">
      {label}
      <input
        type="datetime-local"
        name={name}
        required
        step={900}
        defaultValue={inputTime(new Date(at).toISOString(), zone)}
        className="field"
      />
    </label>
  )
}
