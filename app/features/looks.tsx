import { entityPath, paths } from '../paths.ts'
import { Badge } from '../ui/badge.tsx'
import { TextLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TimeText } from '../ui/time.tsx'

export interface Look {
  id: string
  at: string
  who: { kind: string; id: string | null; name: string }
  client: { id: string; ref: string; name: string }
  how: 'viewed' | 'revealed' | 'exported'
  reason: string | null
  opened: { entityType: string; entityId: string; entityRef: string } | null
}

const HOW = {
  viewed: { tone: 'neutral', label: 'Saw it' },
  revealed: { tone: 'warn', label: 'Revealed' },
  exported: { tone: 'bad', label: 'Exported' },
} as const

export function HowBadge({ how }: { how: Look['how'] }) {
  return <Badge tone={HOW[how].tone}>{HOW[how].label}</Badge>
}

/** Where it was shown: the item, and nothing for the client's own page. */
export function Opened({ look }: { look: Look }) {
  if (!look.opened || look.opened.entityType === 'client') return null
  const to = entityPath(look.opened.entityType, look.opened.entityId)
  return to ? <TextLink to={to}>{look.opened.entityRef}</TextLink> : look.opened.entityRef
}

/** The last people who saw this client's contact, on the client's page. */
export function SeenBy({ looks, clientId }: { looks: readonly Look[]; clientId: string }) {
  return (
    <Card title="Seen by" actions={<TextLink to={paths.personalData({ clientId })}>All</TextLink>}>
      {looks.length === 0 ? (
        <p className="text-sm text-muted">Nobody has seen the contact in full.</p>
      ) : (
        <ul className="flex flex-col gap-2 text-sm">
          {looks.map((look) => (
            <li key={look.id}>
              <span className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium">{look.who.name}</span>
                {look.how === 'viewed' ? null : <HowBadge how={look.how} />}
                <span className="text-xs text-muted">
                  <TimeText at={look.at} /> <Opened look={look} />
                </span>
              </span>
              {look.reason ? <span className="block text-xs text-muted">{look.reason}</span> : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
