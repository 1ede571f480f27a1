import { type FormEvent, type ReactNode, useState } from 'react'
import { paths } from '../../paths.ts'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { durationText, formatTime, inputTime, Period } from '../../ui/time.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { isMovable, type May, SLOT_KINDS, type SlotKind } from './carry-out.ts'
import { kindWord, SOURCES, timesOf, titleOf } from './entry-words.ts'
import { instantOf } from './local-instant.ts'
import type { Entry, Model, Stretch } from './types.ts'
import { WhyAnswer } from './why-answer.tsx'

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
  may,
  onMove,
  onMark,
  onRemove,
  onClose,
}: {
  entry: Entry
  model: Model
  zone: string
  may: May
  onMove: (to: Stretch) => Promise<boolean>
  onMark: (kind: SlotKind) => void
  onRemove: () => void
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
        {entry.slot ? (
          <Fact label="From">
            {SOURCES[entry.slot.source] ?? entry.slot.source}
            {entry.slot.confidence < 1 ? `, ${Math.round(entry.slot.confidence * 100)} % sure` : ''}
          </Fact>
        ) : null}
        {entry.note ? <Fact label="Note">{entry.note}</Fact> : null}
      </dl>
      {entry.slot && isMovable(entry, may) ? <SlotForm entry={entry} onMark={onMark} onRemove={onRemove} /> : null}
      {isMovable(entry, may) ? (
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

/** A stretch that is pointed at: may it be offered, and what can be made of it. */
export function StretchPanel({
  stretch,
  model,
  zone,
  may,
  onChange,
  onMark,
  onClose,
}: {
  stretch: Stretch
  model: Model
  zone: string
  may: May
  onChange: (to: Stretch) => void
  onMark: (kind: SlotKind, note: string) => void
  onClose: () => void
}) {
  const [start, end] = [stretch.from, stretch.to].map((at) => inputTime(new Date(at).toISOString(), model.zone))
  return (
    <SidePanel
      lead={
        <span>
          {formatTime(stretch.from, zone, 'day')} ·{' '}
          {durationText(new Date(stretch.from).toISOString(), new Date(stretch.to).toISOString())}
        </span>
      }
      title={`${model.name}, ${timesOf(stretch, zone)}`}
      onClose={onClose}
      footer={
        may.book ? (
          <LinkButton to={paths.bookings.new({ modelId: model.id, location: model.location, start, end })} tone="primary">
            Book this time
          </LinkButton>
        ) : undefined
      }
    >
      <WhyAnswer stretch={stretch} zone={zone} onChange={onChange} />
      <MoveForm
        key={`${stretch.from} ${stretch.to}`}
        stretch={stretch}
        zone={zone}
        verb="Ask about this"
        onMove={(to) => {
          onChange(to)
          return Promise.resolve(true)
        }}
      />
      {may.mark ? <MarkForm onMark={onMark} /> : null}
    </SidePanel>
  )
}

const MARKS: Record<SlotKind, string> = { available: 'Available', tentative: 'Tentative', unavailable: 'Not available' }

/** Marks a stretch by hand: open, perhaps, or off. */
function MarkForm({ onMark }: { onMark: (kind: SlotKind, note: string) => void }) {
  const [note, setNote] = useState('')
  return (
    <fieldset className="mt-3 grid gap-2 border-t border-line pt-3">
      <legend className="sr-only">Mark this time</legend>
      <label className="grid gap-1 text-xs font-medium">
        Note
        <input
          value={note}
          onChange={(event) => setNote(event.target.value)}
          maxLength={500}
          placeholder="Why, for colleagues"
          className="field"
        />
      </label>
      <div className="flex flex-wrap gap-1.5">
        {SLOT_KINDS.map((kind) => (
          <Button key={kind} small onClick={() => onMark(kind, note)}>
            <span aria-hidden="true" className="tl-swatch" data-look={kind} />
            {MARKS[kind]}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

/** What a slot is, to change it. */
function SlotForm({ entry, onMark, onRemove }: { entry: Entry; onMark: (kind: SlotKind) => void; onRemove: () => void }) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-1.5 border-t border-line pt-3">
      {SLOT_KINDS.filter((kind) => kind !== entry.kind).map((kind) => (
        <Button key={kind} small onClick={() => onMark(kind)}>
          <span aria-hidden="true" className="tl-swatch" data-look={kind} />
          {MARKS[kind]}
        </Button>
      ))}
      <Button small tone="quiet-danger" onClick={onRemove}>
        Remove
      </Button>
    </div>
  )
}
