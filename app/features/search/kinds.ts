import type { Answer } from '../../live/call.ts'
import { entityPath, paths } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { moneyText } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'

export type SearchAnswer = Answer<'search', 'everything'>
export type SearchGroup = SearchAnswer['groups'][number]
export type Hit = SearchGroup['items'][number]
export type SearchKind = Hit['kind']

/** Kinds in the order they are shown, for who holds the permission; the server decides anyway. */
export const SEARCH_KINDS: readonly { kind: SearchKind; label: string; needs: string; assignable?: boolean }[] = [
  { kind: 'booking', label: 'Bookings', needs: 'bookings.read', assignable: true },
  { kind: 'inquiry', label: 'Inquiries', needs: 'inquiries.read', assignable: true },
  { kind: 'client', label: 'Clients', needs: 'clients.read' },
  { kind: 'model', label: 'Models', needs: 'models.read' },
  { kind: 'task', label: 'Tasks', needs: 'tasks.read', assignable: true },
  { kind: 'exception', label: 'Exceptions', needs: 'exceptions.read', assignable: true },
  { kind: 'payment', label: 'Payments', needs: 'payments.read' },
]

export function kindLabel(kind: string): string {
  return SEARCH_KINDS.find((one) => one.kind === kind)?.label ?? words(kind)
}

/** `100+` when there are more than were counted. */
export function countText({ total, isCapped }: Pick<SearchGroup, 'total' | 'isCapped'>): string {
  return isCapped ? `${total}+` : String(total)
}

export interface HitText {
  title: string
  details: string[]
  to: string
}

/** What a found row is called, what tells it from others, and where it is. */
export function hitText(hit: Hit): HitText {
  const { client, model, place, about } = hit
  const to = entityPath(hit.kind, hit.id) ?? paths.payments({ bookingId: about?.id })
  const when = hit.start ? formatTime(hit.start, place?.zone ?? 'Europe/London') : null
  const named = (title: string | null | undefined, details: (string | null | undefined)[]): HitText => ({
    title: title || hit.ref,
    details: details.filter((detail): detail is string => Boolean(detail)),
    to,
  })
  switch (hit.kind) {
    case 'booking':
      return named(client?.name, [model?.name, place?.title, when])
    case 'inquiry':
      return named(hit.subject || client?.name, [hit.subject ? client?.name : null, place?.title, when])
    case 'client':
      return named(client?.name, [hit.phone, hit.email, hit.tags.join(', ')])
    case 'model':
      return named(model?.name, [place?.title])
    case 'task':
    case 'exception':
      return named(hit.subject, [hit.type ? words(hit.type) : null, about?.ref, client?.name])
    case 'payment':
      return named(hit.amount ? moneyText(hit.amount) : null, [
        hit.type ? words(hit.type) : null,
        about?.ref,
        client?.name,
        hit.reference,
      ])
  }
}
