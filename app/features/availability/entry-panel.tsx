import type { ReactNode } from 'react'
import { paths } from '../../paths.ts'
import { LinkButton, TextLink } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { durationText, Period } from '../../ui/time.tsx'
import { EntityStatus } from '../status-badge.tsx'
import { isMovable, type May, type SlotKind } from './carry-out.ts'
import { kindWord, SOURCES, titleOf } from './entry-words.ts'
import { SlotForm } from './mark-forms.tsx'
import { MoveForm } from './move-form.tsx'
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
            {entry.travelBefore + entry.travelAfter > 0 ? (
              <span className="text-muted">
                {' '}
                · the way takes {entry.travelBefore} and {entry.travelAfter} min
              </span>
            ) : null}
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
      {!booking && isMovable(entry, may) ? <SlotForm entry={entry} onMark={onMark} onRemove={onRemove} /> : null}
      {isMovable(entry, may) ? (
        <MoveForm key={`${entry.id} ${entry.from} ${entry.to}`} stretch={entry} zone={zone} onMove={onMove} />
      ) : null}
    </SidePanel>
  )
}
