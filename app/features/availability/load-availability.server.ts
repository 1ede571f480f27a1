import { Temporal } from 'temporal-polyfill'
import { startOfDay, todayIn } from '../../local-time.server.ts'
import { listQuery, type Screen } from '../../screen.server.ts'
import { AGENCY_ZONE, placesOf } from '../places.server.ts'
import { DAYS } from './scale.ts'
import { TILE_ROWS } from './time-store.ts'
import type { Span, View } from './types.ts'

/** Lines of the table under which a phone's first sight ends. */
const PHONE_LINES = 30
const MOST_CONFLICTS = 8
const VIEWS: readonly View[] = ['timeline', 'table', 'month']
type Whose = Parameters<Screen['api']['availability']['roster']>[0]

/** The day the address names, or today where the agency is. */
function dayOf(url: URL, now: Date): Temporal.PlainDate {
  const named = url.searchParams.get('date') ?? ''
  try {
    const day = Temporal.PlainDate.from(named.length === 7 ? `${named}-01` : named)
    if (day.year >= 2000 && day.year < 2099) return day
  } catch {
    // What is no day means today.
  }
  return Temporal.PlainDate.from(todayIn(AGENCY_ZONE, now))
}

/** Midnights of some days from one, the last one's end among them. */
function midnightsFrom(day: Temporal.PlainDate, count: number): string[] {
  return Array.from({ length: count + 1 }, (_, at) => startOfDay(day.toString(), AGENCY_ZONE, at) ?? '')
}

/** Filters of every view. Without one, all models there are to book. */
function whoseOf(url: URL): Whose {
  const { model, status, ...rest } = listQuery<Record<'location' | 'service' | 'q' | 'model' | 'status', string>>(url, [
    'location',
    'service',
    'q',
    'model',
    'status',
  ])
  const { location, service, q } = rest
  return {
    ...(location ? { location } : {}),
    ...(service ? { service } : {}),
    ...(q ? { q } : {}),
    ...(model ? { modelIds: model.split(',') } : {}),
    ...(status ? { status: status.split(',') as Whose['status'] } : {}),
  }
}

function spanOf(url: URL): Span {
  const span = Number(url.searchParams.get('span'))
  return span === 1 || span === 7 ? span : 3
}

/** What the page of the models' time shows, by its address. */
export async function loadAvailability({ api, url, may }: Screen) {
  const now = new Date()
  const day = dayOf(url, now)
  const view = VIEWS.find((one) => one === url.searchParams.get('view')) ?? 'timeline'
  const whose = whoseOf(url)
  const [shown, places, conflicts] = await Promise.all([
    view === 'month'
      ? loadMonth(api, day, whose)
      : view === 'table'
        ? loadTable(api, url, day, whose)
        : loadTimeline(api, day, whose),
    may('catalogue.read') ? placesOf(api) : [],
    may('exceptions.read') ? conflictsOf(api, whose) : { items: [], nextCursor: null, prevCursor: null },
  ])
  return {
    ...shown,
    span: spanOf(url),
    date: day.toString(),
    today: todayIn(AGENCY_ZONE, now),
    zone: AGENCY_ZONE,
    places: places.map(({ slug, title }) => ({ value: slug, label: title })),
    conflicts,
    chosen: (url.searchParams.get('model') ?? '').split(',').filter(Boolean),
    may: {
      book: may('bookings.write'),
      mark: may('availability.write'),
      override: may('availability.override'),
      fix: may('exceptions.write'),
    },
  }
}

async function loadTimeline(api: Screen['api'], day: Temporal.PlainDate, whose: Whose) {
  const midnights = midnightsFrom(day, DAYS)
  const [from = '', half = ''] = [midnights[0], midnights[7]]
  const phone = { ...whose, from, to: half, sort: 'start', limit: PHONE_LINES }
  const [roster, page] = await Promise.all([api.availability.roster(whose), api.availability.entries(phone)])
  const modelIds = roster.items.slice(0, TILE_ROWS).map((model) => model.id)
  const first = modelIds.length > 0 ? await api.availability.timeline({ modelIds, from, to: half }) : null
  return { view: 'timeline' as const, midnights, roster, first, page, sort: 'start' }
}

async function loadTable(api: Screen['api'], url: URL, day: Temporal.PlainDate, whose: Whose) {
  const { kind, ...rest } = listQuery<Record<'kind' | 'cursor' | 'sort' | 'limit', string>>(url, ['kind'])
  const midnights = midnightsFrom(day, DAYS)
  const page = await api.availability.entries({
    ...whose,
    ...rest,
    ...(kind ? { kind: kind.split(',') } : {}),
    from: midnights[0] ?? '',
    to: midnights.at(-1) ?? '',
  } as Parameters<typeof api.availability.entries>[0])
  const edit = url.searchParams.get('edit')
  const entry = page.items.find((item) => item.id === edit) ?? null
  const isNew = edit === 'new'
  const editing =
    entry || isNew
      ? { entry, models: isNew ? (await api.availability.roster(whose)).items : [], zone: AGENCY_ZONE, date: day.toString() }
      : null
  return { view: 'table' as const, page, sort: rest.sort ?? 'start', editing }
}

async function loadMonth(api: Screen['api'], day: Temporal.PlainDate, whose: Whose) {
  const month = await api.availability.month({ ...whose, month: day.toPlainYearMonth().toString() })
  return { view: 'month' as const, month, firstWeekday: day.with({ day: 1 }).dayOfWeek }
}

/** Conflicts of those who are looked at; of one place, those of the place. */
async function conflictsOf(api: Screen['api'], whose: Whose) {
  const { location } = whose
  return api.mismatches.list({ limit: MOST_CONFLICTS, ...(typeof location === 'string' ? { location } : {}) })
}
