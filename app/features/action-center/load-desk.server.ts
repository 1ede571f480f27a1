import { Temporal } from 'temporal-polyfill'
import { todayIn } from '../../local-time.server.ts'
import { listQuery, type Screen } from '../../screen.server.ts'
import { peopleToAssign } from '../people.server.ts'
import { AGENCY_ZONE } from '../places.server.ts'
import { EXCEPTION_TYPES } from '../statuses.ts'
import type { Query } from './types.ts'

const MORNING_HOUR = 9
const KNOWN = ['group', 'kind', 'priority', 'type', 'assignedTo', 'breached', 'snoozed', 'due'] as const

/** When the working day of a day begins, as an instant. */
function morning(day: Temporal.PlainDate): string {
  return day
    .toZonedDateTime({ timeZone: AGENCY_ZONE, plainTime: new Temporal.PlainTime(MORNING_HOUR) })
    .toInstant()
    .toString()
}

/** Tomorrow and next Monday at nine, where the agency is. */
function laterFrom(now: Date) {
  const today = Temporal.PlainDate.from(todayIn(AGENCY_ZONE, now))
  return { tomorrow: morning(today.add({ days: 1 })), nextWeek: morning(today.add({ days: 8 - today.dayOfWeek })) }
}

const truth = (text: string | undefined) => (text === 'true' ? true : text === 'false' ? false : text)

/** What the address asks the list for. */
export function deskQuery(url: URL): Query {
  const { priority, breached, snoozed, limit, ...rest } = listQuery<Record<(typeof KNOWN)[number] | 'limit', string>>(url, KNOWN)
  return {
    ...rest,
    ...(priority ? { priority: priority.split(',') } : {}),
    ...(breached ? { breached: truth(breached) } : {}),
    ...(snoozed ? { snoozed: truth(snoozed) } : {}),
    ...(limit ? { limit: Number(limit) } : {}),
  }
}

/** The card the address names, for a page that is read whole: scripts ask for cards themselves. */
async function detailOf({ api, url, request }: Screen) {
  const named = /^(task|exception):([0-9a-f-]{36})$/.exec(url.searchParams.get('item') ?? '')
  if (!named || !(request.headers.get('accept') ?? '').includes('text/html')) return null
  return api.actionCenter.item({ kind: named[1] === 'task' ? 'task' : 'exception', id: named[2] ?? '' }).catch(() => null)
}

/** What list and board share. */
export async function loadDesk(screen: Screen) {
  const { api, may, user } = screen
  const [detail, views, people] = await Promise.all([
    detailOf(screen),
    api.actionCenter.views({}),
    may('tasks.assign') ? peopleToAssign(api, may) : null,
  ])
  return {
    detail,
    views: views.items,
    people: people ?? [],
    types: TYPES,
    me: { id: user?.id ?? '', name: user?.name ?? '' },
    later: laterFrom(new Date()),
    may: {
      clients: may('clients.read'),
      create: { task: may('tasks.write'), exception: may('exceptions.write') },
      share: may('views.share'),
    },
  }
}

/** Types the rules and people of the agency make; any other can still be asked for in the address. */
const TYPES = [
  'review_inquiry',
  'inquiry_unanswered',
  'inquiry_without_booking',
  'booking_pending',
  'call_back',
  'chase_deposit',
  'check_identity',
  'collect_balance',
  'confirm_arrival',
  'feedback',
  'notify_model',
  'refund_due',
  'send_details',
  'manual',
  ...EXCEPTION_TYPES,
]
