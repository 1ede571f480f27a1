import { paths } from '../../paths.ts'
import { LinkButton } from '../../ui/button.tsx'
import { SidePanel } from '../../ui/side-panel.tsx'
import { durationText, formatTime, inputTime } from '../../ui/time.tsx'
import type { Mark, May } from './carry-out.ts'
import { timesOf } from './entry-words.ts'
import { MarkForm } from './mark-forms.tsx'
import { MoveForm } from './move-form.tsx'
import type { Model, Stretch } from './types.ts'
import { WhyAnswer } from './why-answer.tsx'

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
  onMark: (kind: Mark, note: string) => void
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
