import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { formatTime } from '../../ui/time.tsx'
import { timesOf, titleOf } from './entry-words.ts'
import type { Model, Stretch } from './types.ts'
import type { Refusal } from './use-time-work.ts'

/** A move that was refused: why, what would be possible instead, and for who may the way to set a rule aside. */
export function RefusalPanel({
  refusal,
  model,
  zone,
  mayOverride,
  onMove,
  onClose,
}: {
  refusal: Refusal
  model: Model | undefined
  zone: string
  mayOverride: boolean
  onMove: (to: Stretch, reason?: string) => Promise<boolean>
  onClose: () => void
}) {
  const { entry, to, problem } = refusal
  const [reason, setReason] = useState('')
  const override = (event: FormEvent) => {
    event.preventDefault()
    void onMove(to, reason)
  }
  return (
    <SidePanel
      lead={<span>Not moved</span>}
      title={`${titleOf(entry)} to ${formatTime(to.from, zone, 'day')} ${timesOf(to, zone)}${model && to.modelId !== entry.modelId ? `, ${model.name}` : ''}`}
      onClose={onClose}
    >
      <div className="grid gap-3">
        <Callout tone="bad" role="status">
          {problem.detail}
        </Callout>
        {problem.reasons ? (
          <ul className="grid gap-2">
            {problem.reasons.map((one) => (
              <li key={`${one.rule} ${one.text}`} className="rounded-md border border-line px-3 py-2 text-sm">
                {one.text}
                {one.change ? <p className="mt-1 text-xs text-muted">{one.change}</p> : null}
              </li>
            ))}
          </ul>
        ) : null}
        {problem.alternatives && problem.alternatives.length > 0 ? (
          <div>
            <p className="mb-1 text-xs font-medium text-muted">Free instead</p>
            <div className="grid gap-1.5">
              {problem.alternatives.map((one) => (
                <Button
                  key={`${one.modelId} ${one.start}`}
                  onClick={() => void onMove({ modelId: one.modelId, from: Date.parse(one.start), to: Date.parse(one.end) })}
                >
                  {one.modelName}, {formatTime(one.start, zone, 'day')} {formatTime(one.start, zone, 'time')}
                </Button>
              ))}
            </div>
          </div>
        ) : null}
        {mayOverride && problem.overridable ? (
          <form onSubmit={override} className="grid gap-2 border-t border-line pt-3">
            <label className="grid gap-1 text-xs font-medium">
              Move it all the same, because
              <input
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                required
                minLength={3}
                maxLength={500}
                className="field"
              />
            </label>
            <div>
              <Button type="submit">Set the rule aside</Button>
            </div>
          </form>
        ) : null}
      </div>
    </SidePanel>
  )
}
