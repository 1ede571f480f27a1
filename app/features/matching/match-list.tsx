import { Badge } from '../../ui/badge.tsx'
import { Checkbox, GroupError } from '../../ui/form.tsx'
import { Money } from '../../ui/money.tsx'

export interface MatchRow {
  model: { id: string; name: string; publicCode: string }
  score: number
  reasons: { factor: string; points: number; text: string }[]
  price: { amount: number; currency: string } | null
  tentative: boolean
}

/** Who fits, best first: one is chosen. */
export function MatchList({ matches, chosen }: { matches: readonly MatchRow[]; chosen: string | undefined }) {
  return (
    <fieldset>
      <legend className="sr-only">Who is proposed</legend>
      <div className="px-4">
        <GroupError name="modelId" />
      </div>
      <ul className="divide-y divide-line">
        {matches.map((match) => (
          <li key={match.model.id} className="has-checked:bg-accent-soft px-4 py-2" data-row>
            <Checkbox
              type="radio"
              name="modelId"
              value={match.model.id}
              defaultChecked={match.model.id === chosen}
              className="[&>span]:flex-1"
              label={<Match match={match} />}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  )
}

function Match({ match }: { match: MatchRow }) {
  return (
    <span className="block">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-semibold">{match.model.name}</span>
        <span className="text-xs text-muted">{match.model.publicCode}</span>
        {match.tentative ? <Badge tone="warn">Tentative</Badge> : null}
        <span className="ml-auto flex items-center gap-3">
          {match.price ? (
            <span className="text-xs tabular-nums">
              <Money value={match.price} />
            </span>
          ) : null}
          <Score score={match.score} />
        </span>
      </span>
      <Reasons reasons={match.reasons} />
    </span>
  )
}

/** A bar beside its number: the number says it, the bar compares. */
export function Score({ score }: { score: number }) {
  const tone = score >= 75 ? 'bg-good-ink' : score >= 50 ? 'bg-info-ink' : 'bg-muted'
  return (
    <span className="inline-flex items-center gap-1.5 text-xs">
      <svg aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none" className="h-1.5 w-14 overflow-hidden rounded-full">
        <rect width="100" height="6" fill="var(--neutral-soft)" />
        <rect width={score} height="6" fill="currentColor" className={tone.replace('bg-', 'text-')} />
      </svg>
      <span className="w-16 text-right font-medium tabular-nums">{score} of 100</span>
    </span>
  )
}

function Reasons({ reasons }: { reasons: MatchRow['reasons'] }) {
  return (
    <span className="mt-0.5 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
      {reasons.map((reason) => (
        <span key={reason.factor} className="whitespace-nowrap">
          {reason.text}
          {reason.points > 0 ? <span className="text-good-ink"> +{reason.points}</span> : null}
        </span>
      ))}
    </span>
  )
}
