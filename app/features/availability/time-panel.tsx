import { type FormEvent, type ReactNode, useState } from 'react'
import { paths } from '../../paths.ts'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { durationText, formatTime, inputTime, Period } from '../../ui/time.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { isMovable } from './carry-out.ts'
import { kindWord, titleOf } from './entry-words.ts'
import { instantOf } from './local-instant.ts'
import type { Entry, Model, Stretch } from './types.ts'

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-2 py-1 text-sm">
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

/** What stands there, and what can be done with it. */
export function EntryPanel({
  entry,
  model,
  zone,
  mayWrite,
  onMove,
  onClose,
}: {
  entry: Entry
  model: Model
  zone: string
  mayWrite: boolean
  onMove: (to: Stretch) => Promise<boolean>
  onClose: () => void
}) {
  const { booking } = entry
  return (
    <SidePanel
      lead={
        <>
          <span>{kindWord(entry.kind)}</span>
          {booking ? <EntityStatus status={booking.status} /> : null}
        </>
      }
      title={titleOf(entry)}
      onClose={onClose}
      footer={
        booking ? (
          <LinkButton to={paths.bookings.detail(booking.id)} tone="primary">
            Open {booking.ref}
          </LinkButton>
        ) : undefined
      }
    >
      <dl>
        <Fact label="Model">
          <TextLink to={paths.models.detail(model.id)}>{model.name}</TextLink>
        </Fact>
        <Fact label="When">
          <Period from={entry.start} to={entry.end} zone={zone} />
          <span className="text-muted"> · {durationText(entry.start, entry.end)}</span>
        </Fact>
        {model.zone === zone ? null : (
          <Fact label="Her clock">
            <Period from={entry.start} to={entry.end} zone={model.zone} />
          </Fact>
        )}
        {booking ? <Fact label="Place">{booking.place}</Fact> : null}
        {entry.before + entry.after > 0 ? (
          <Fact label="Kept free">
            {entry.before} min before, {entry.after} min after
          </Fact>
        ) : null}
        {entry.expiresAt ? (
          <Fact label="Held for">
            <Countdown until={entry.expiresAt} />
          </Fact>
        ) : null}
        {entry.note ? <Fact label="Note">{entry.note}</Fact> : null}
      </dl>
      {mayWrite && isMovable(entry) ? (
        <MoveForm key={`${entry.id} ${entry.from} ${entry.to}`} stretch={entry} zone={zone} onMove={onMove} />
      ) : null}
    </SidePanel>
  )
}

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

/** A stretch nobody has taken: what can be made of it. */
export function StretchPanel({
  stretch,
  model,
  zone,
  onChange,
  onClose,
}: {
  stretch: Stretch
  model: Model
  zone: string
  onChange: (to: Stretch) => void
  onClose: () => void
}) {
  const [start, end] = [stretch.from, stretch.to].map((at) => inputTime(new Date(at).toISOString(), model.zone))
  return (
    <SidePanel
      lead={<span>{formatTime(stretch.from, zone, 'day')}</span>}
      title={`${model.name}, ${formatTime(stretch.from, zone, 'time')}–${formatTime(stretch.to, zone, 'time')}`}
      onClose={onClose}
      footer={
        <LinkButton to={paths.bookings.new({ modelId: model.id, location: model.location, start, end })} tone="primary">
          Book this time
        </LinkButton>
      }
    >
      <MoveForm
        key={`${stretch.from} ${stretch.to}`}
        stretch={stretch}
        zone={zone}
        verb="Change"
        onMove={(to) => {
          onChange(to)
          return Promise.resolve(true)
        }}
      />
    </SidePanel>
  )
}
