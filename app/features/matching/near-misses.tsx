import { paths } from '../../paths.ts'
import { Badge, type Tone, words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'

export interface NearMissRow {
  model: { id: string; name: string; publicCode: string }
  score: number
  change: {
    kind: 'time' | 'place' | 'services' | 'price'
    text: string
    start?: string
    end?: string
    location?: string
    leaveOut?: string[]
  }
}

const TONE: Record<NearMissRow['change']['kind'], Tone> = { time: 'info', place: 'plum', services: 'warn', price: 'neutral' }

/** Who would fit with one change, which one, and a button that fills the form with it. */
export function NearMisses({ inquiryId, nearMisses }: { inquiryId: string; nearMisses: readonly NearMissRow[] }) {
  if (nearMisses.length === 0) return null
  return (
    <Card title="Nearly" note="Each would fit with one change." flush>
      <ul className="divide-y divide-line">
        {nearMisses.map(({ model, change }) => (
          <li key={model.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm" data-row>
            <span className="font-medium">{model.name}</span>
            <Badge tone={TONE[change.kind]}>{words(change.kind)}</Badge>
            <span className="min-w-40 flex-1 text-muted">{change.text}</span>
            {change.kind === 'price' ? (
              <LinkButton to={paths.models.detail(model.id)} small>
                Open her rates
              </LinkButton>
            ) : (
              <LinkButton to={`${paths.proposal(inquiryId)}?with=${encodeURIComponent(model.id)}`} small preventScrollReset>
                Use this
              </LinkButton>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
