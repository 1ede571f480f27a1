import { type RawBuilder, sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import { may } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { visibleExceptions } from '#server/domains/exceptions/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import { visibleTasks } from '#server/domains/tasks/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { DashboardOut } from './dashboard.schema.ts'

/** Days and midnights of the agency. */
export const AGENCY_ZONE = 'Europe/London'
const DAYS = 14
/**
 * Rows looked at for one number. It bounds what the page costs whatever the agency has: a day or a state with more says
 * so, and its list is the place to look.
 */
export const MOST = 1_000

const INQUIRIES_UNDER_WAY = ['new', 'qualified', 'awaiting_client', 'awaiting_deposit'] as const
const BOOKINGS_UNDER_WAY = ['draft', 'pending', 'deposit_required', 'confirmed', 'in_progress'] as const
const SURE = ['confirmed', 'in_progress', 'completed']
const OPEN = ['draft', 'pending', 'deposit_required']

interface Days {
  names: string[]
  /** Midnight at the start of each, and at the end of the last. */
  edges: string[]
}

function daysFrom(first: Temporal.PlainDate): Days {
  const dates = Array.from({ length: DAYS + 1 }, (_, at) => first.add({ days: at }))
  return {
    names: dates.slice(0, DAYS).map(String),
    edges: dates.map((date) => date.toZonedDateTime(AGENCY_ZONE).toInstant().toString()),
  }
}

/** One number a day: of the rows `of` a day (columns `seen` and what `counted` names) those that count. */
function perDay(days: Days, of: RawBuilder<unknown>, counted: Record<string, RawBuilder<unknown>>) {
  const columns = sql.join(
    Object.entries(counted).map(([name, when]) => sql`count(*) filter (where part.seen and ${when})::integer as ${sql.id(name)}`),
  )
  return sql<Record<string, number>>`
    select sums.* from unnest(${days.edges.slice(0, -1)}::timestamptz[], ${days.edges.slice(1)}::timestamptz[])
      with ordinality as day (from_at, to_at, place)
    cross join lateral (select ${columns} from (${of} limit ${sql.lit(MOST)}) part) sums
    order by day.place`
}

const always = { rows: sql`true` }
type Seen = Pick<CallCtx, 'actor'>

export const inquiriesReceived = (ctx: Seen, days: Days) =>
  perDay(
    days,
    sql`select ${visibleInquiries(ctx)} as seen from inquiries q
      where q.created_at >= day.from_at and q.created_at < day.to_at and q.deleted_at is null`,
    always,
  )

export const bookingsMade = (ctx: Seen, days: Days) =>
  perDay(
    days,
    sql`select ${visibleBookings(ctx)} as seen from bookings b
      where b.created_at >= day.from_at and b.created_at < day.to_at and b.deleted_at is null`,
    always,
  )

export const exceptionsOpened = (ctx: Seen, days: Days) =>
  perDay(
    days,
    sql`select ${visibleExceptions(ctx)} as seen from exceptions x
      where x.created_at >= day.from_at and x.created_at < day.to_at`,
    always,
  )

export const bookingsAhead = (ctx: Seen, days: Days) =>
  perDay(
    days,
    sql`select ${visibleBookings(ctx)} as seen, b.status from bookings b
      where b.starts_at >= day.from_at and b.starts_at < day.to_at and b.deleted_at is null`,
    { sure: sql`part.status = any(${SURE}::text[])`, open: sql`part.status = any(${OPEN}::text[])` },
  )

interface StateRow {
  status: string
  count: number
  more: boolean
}

/** How many stand in each state, of the newest MOST of it. */
function perState(states: readonly string[], of: RawBuilder<unknown>) {
  return sql<StateRow>`
    select state.name as status, sums.* from unnest(${[...states]}::text[]) with ordinality as state (name, place)
    cross join lateral (
      select count(*) filter (where part.seen)::integer as count, count(*) = ${sql.lit(MOST)} as more
      from (${of} limit ${sql.lit(MOST)}) part
    ) sums
    order by state.place`
}

/**
 * Said as a range and ordered by status: so only an index that begins with the status will do. With `=` the planner may
 * walk by time instead, through the whole table for a state in which few stand.
 */
const isState = (alias: string) =>
  sql`${sql.ref(`${alias}.status`)} >= state.name and ${sql.ref(`${alias}.status`)} <= state.name`

export const inquiriesUnderWay = (ctx: Seen) =>
  perState(
    INQUIRIES_UNDER_WAY,
    sql`select ${visibleInquiries(ctx)} as seen from inquiries q
      where ${isState('q')} and q.deleted_at is null order by q.status desc, q.created_at desc`,
  )

export const bookingsUnderWay = (ctx: Seen) =>
  perState(
    BOOKINGS_UNDER_WAY,
    sql`select ${visibleBookings(ctx)} as seen from bookings b
      where ${isState('b')} and b.deleted_at is null order by b.status desc, b.created_at desc`,
  )

const tasksLate = (ctx: Seen, now: Date) => sql<{ count: number; more: boolean }>`
  select count(*) filter (where part.seen)::integer as count, count(*) = ${sql.lit(MOST)} as more from (
    select ${visibleTasks(ctx)} as seen from tasks t
    where t.status in ('open', 'in_progress') and t.sla_deadline_at < ${now}::timestamptz limit ${sql.lit(MOST)}
  ) part`

/** The figures of the first page, each by the permission and the policy of the list it opens. */
export async function readDashboard(ctx: CallCtx): Promise<DashboardOut> {
  const now = ctx.clock.now()
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(AGENCY_ZONE).toPlainDate()
  const past = daysFrom(today.subtract({ days: DAYS - 1 }))
  const ahead = daysFrom(today)
  const sees = { inquiries: may(ctx, 'inquiries.read'), bookings: may(ctx, 'bookings.read') }
  const rowsOf = async <Row>(allowed: boolean, query: RawBuilder<Row>): Promise<Row[] | null> =>
    allowed ? (await query.execute(ctx.db)).rows : null
  const [received, made, opened, coming, inquiries, bookings, late] = await Promise.all([
    rowsOf(sees.inquiries, inquiriesReceived(ctx, past)),
    rowsOf(sees.bookings, bookingsMade(ctx, past)),
    rowsOf(may(ctx, 'exceptions.read'), exceptionsOpened(ctx, past)),
    rowsOf(sees.bookings, bookingsAhead(ctx, ahead)),
    rowsOf(sees.inquiries, inquiriesUnderWay(ctx)),
    rowsOf(sees.bookings, bookingsUnderWay(ctx)),
    rowsOf(may(ctx, 'tasks.read'), tasksLate(ctx, now)),
  ])
  const column = (rows: Record<string, number>[] | null, name: string) => rows?.map((row) => row[name] ?? 0) ?? null
  return {
    past: past.names,
    inquiriesReceived: column(received, 'rows'),
    bookingsMade: column(made, 'rows'),
    exceptionsOpened: column(opened, 'rows'),
    ahead: ahead.names,
    bookingsAhead: coming && { sure: column(coming, 'sure') ?? [], open: column(coming, 'open') ?? [] },
    inquiries,
    bookings,
    tasksLate: late?.[0] ?? null,
  }
}
