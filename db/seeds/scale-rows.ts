/**
 * The rows of a large database, each a pure function of its number: nothing is kept in memory, and a booking, its block,
 * its inquiry and its audit row agree because they are computed from the same booking.
 */
export interface ScalePlan {
  bookings: number
  models: number
  clients: number
  inquiries: number
  /** Milliseconds. */
  now: number
  placeIds: readonly string[]
  serviceIds: readonly string[]
  /** Who things are assigned to and done by. */
  staff: readonly { id: string; name: string }[]
  /** First free numbers of the refs. */
  refs: { booking: number; inquiry: number; client: number; task: number; exception: number }
}

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
const PAST_DAYS = 3 * 365
const AHEAD_DAYS = 60
/** The longest engagement and what lies around it: two never meet in one model's slot. */
const SLOT_NEEDS = 5 * HOUR

export const MOST_PER_MODEL = Math.floor(((PAST_DAYS + AHEAD_DAYS) * DAY) / (SLOT_NEEDS + HOUR))

/** A number in [0, 1) that belongs to `n` and `salt` (a hash, not a sequence). */
export function chance(n: number, salt: number): number {
  let a = (Math.imul(n, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d)
  a = Math.imul(a ^ (a >>> 15), 0x846ca68b)
  return ((a ^ (a >>> 16)) >>> 0) / 4_294_967_296
}

const TAGS = { model: 1, client: 2, inquiry: 3, booking: 4, block: 5, timeline: 6, audit: 7, task: 8, exception: 9 } as const

/** A UUIDv7 of that moment; distinct for each kind and number, growing with time as real ones do. */
export function idOf(kind: keyof typeof TAGS, at: number, n: number): string {
  const time = Math.floor(at).toString(16).padStart(12, '0')
  const tail = n.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${TAGS[kind].toString(16).padStart(3, '0')}-8000-${tail}`
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}

/** When the agency of the large database opened. */
function opening(plan: ScalePlan): number {
  return plan.now - (PAST_DAYS + 120) * DAY
}

export function modelId(plan: ScalePlan, m: number): string {
  return idOf('model', opening(plan) + m, m)
}
export function clientAt(plan: ScalePlan, c: number): number {
  return opening(plan) + (c * (PAST_DAYS + 30) * DAY) / plan.clients
}
export function clientId(plan: ScalePlan, c: number): string {
  return idOf('client', clientAt(plan, c), c)
}
export function staffOf(plan: ScalePlan, n: number): { id: string; name: string } {
  const one = plan.staff[Math.floor(chance(n, 11) * plan.staff.length)]
  if (!one) throw new Error('nobody works here')
  return one
}

export type ScaleStatus =
  | 'draft'
  | 'pending'
  | 'deposit_required'
  | 'confirmed'
  | 'in_progress'
  | 'completed'
  | 'cancelled'
  | 'no_show'
  | 'expired'

export interface ScaleBooking {
  id: string
  n: number
  ref: string
  model: number
  client: number
  place: string
  start: number
  end: number
  created: number
  updated: number
  status: ScaleStatus
  price: number
  assignee: string | null
  inquiry: string | null
}

const TAKES_TIME: readonly ScaleStatus[] = ['deposit_required', 'confirmed', 'in_progress']
const TOOK_TIME: readonly ScaleStatus[] = ['completed', 'no_show', 'expired', 'cancelled']

/** Booking `n`: the next slot of one model after another, so that no two of a model touch. */
export function bookingAt(plan: ScalePlan, n: number): ScaleBooking {
  const model = n % plan.models
  const slot = Math.floor(n / plan.models)
  const perModel = Math.ceil(plan.bookings / plan.models)
  const gap = ((PAST_DAYS + AHEAD_DAYS) * DAY) / perModel
  const from = plan.now - PAST_DAYS * DAY + slot * gap
  const quarter = 15 * MINUTE
  const start = Math.floor((from + chance(n, 1) * (gap - SLOT_NEEDS)) / quarter) * quarter
  const end = start + (1 + Math.floor(chance(n, 2) * 7)) * 30 * MINUTE
  const created = Math.min(start - (2 + chance(n, 3) * 118) * HOUR, plan.now - chance(n, 3) * 3 * DAY - MINUTE)
  const status = statusOf(plan, n, start, end)
  const updated = Math.min(Math.max(created, status === 'completed' ? end : created + HOUR), plan.now)
  const places = plan.placeIds.length
  return {
    id: idOf('booking', created, n),
    n,
    ref: `B-${plan.refs.booking + n}`,
    model,
    client: Math.floor(chance(n, 4) * plan.clients),
    // Near where the model is based.
    place: plan.placeIds[(model + Math.floor(chance(n, 5) * 3)) % places] ?? '',
    start,
    end,
    created,
    updated,
    status,
    price: 10_000 + Math.floor(chance(n, 6) * 80) * 500,
    assignee: chance(n, 7) < 0.3 ? null : staffOf(plan, n).id,
    inquiry: n % 2 === 0 && n / 2 < plan.inquiries ? idOf('inquiry', created - 5 * HOUR, n / 2) : null,
  }
}

function statusOf(plan: ScalePlan, n: number, start: number, end: number): ScaleStatus {
  const roll = chance(n, 8)
  if (end <= plan.now) return roll < 0.78 ? 'completed' : roll < 0.9 ? 'cancelled' : roll < 0.94 ? 'no_show' : 'expired'
  if (start <= plan.now) return roll < 0.9 ? 'in_progress' : 'cancelled'
  if (roll < 0.62) return 'confirmed'
  return roll < 0.7 ? 'deposit_required' : roll < 0.8 ? 'pending' : roll < 0.88 ? 'draft' : 'cancelled'
}

type Cell = string | number | null
export interface TableRows {
  table: string
  columns: string
  rows: number
  /** Undefined when this number has no row. */
  row(plan: ScalePlan, n: number): readonly Cell[] | undefined
}

const FIRST = [
  'Ava',
  'Noah',
  'Isla',
  'Leo',
  'Freya',
  'Arthur',
  'Grace',
  'Oscar',
  'Imogen',
  'Henry',
  'Zara',
  'Ravi',
  'Mei',
  'Tunde',
  'Elif',
  'Marta',
]
const LAST = [
  'Hart',
  'Okoro',
  'Lindley',
  'Marsh',
  'Patel',
  'Quigley',
  'Reyes',
  'Stone',
  'Thorne',
  'Usher',
  'Vance',
  'Whitlock',
  'Yates',
  'Zhou',
  'Ash',
  'Bellamy',
  'Cole',
]
const SUBJECTS = [
  'Dinner with clients',
  'Stand at a trade fair',
  'Look book, half a day',
  'Museum in two hours',
  'DJ for the summer party',
  'Interpreter for a negotiation',
  'Massage after the marathon',
  'Awards evening',
]
const SOURCES = ['web', 'web', 'phone', 'whatsapp', 'telegram', 'partner']

function nameOf(n: number): string {
  return `${FIRST[Math.floor(chance(n, 21) * FIRST.length)]} ${LAST[Math.floor(chance(n, 22) * LAST.length)]}`
}

export function tablesOf(plan: ScalePlan): TableRows[] {
  const { bookings, models, clients, inquiries } = plan
  return [
    {
      table: 'models',
      columns: 'id, public_code, name, slug, status, visibility, primary_location_id, internal_rating, created_at, updated_at',
      rows: models,
      row: modelRow,
    },
    { table: 'model_locations', columns: 'model_id, location_id', rows: models * 3, row: modelPlaceRow },
    { table: 'model_services', columns: 'model_id, service_id, extra_amount', rows: models * 8, row: modelServiceRow },
    {
      table: 'clients',
      columns: 'id, ref, name, email, phone, preferred_channel, tags, created_at, updated_at',
      rows: clients,
      row: clientRow,
    },
    { table: 'inquiries', columns: INQUIRY_COLUMNS, rows: inquiries, row: inquiryRow },
    { table: 'bookings', columns: BOOKING_COLUMNS, rows: bookings, row: bookingRow },
    { table: 'time_blocks', columns: BLOCK_COLUMNS, rows: bookings, row: blockRow },
    {
      table: 'booking_timeline',
      columns: 'id, booking_id, at, kind, title, data, actor_id, actor_name',
      rows: bookings,
      row: timelineRow,
    },
    { table: 'audit_log', columns: AUDIT_COLUMNS, rows: bookings, row: auditRow },
    { table: 'tasks', columns: TASK_COLUMNS, rows: Math.ceil(bookings / 5), row: taskRow },
    { table: 'exceptions', columns: EXCEPTION_COLUMNS, rows: Math.ceil(bookings / 20), row: exceptionRow },
  ]
}

function modelRow(plan: ScalePlan, m: number): Cell[] {
  const at = iso(opening(plan) + m)
  const code = `S${String(m).padStart(5, '0')}`
  const status = chance(m, 31) < 0.94 ? 'active' : 'inactive'
  const rating = (2 + chance(m, 32) * 3).toFixed(1)
  return [
    modelId(plan, m),
    code,
    `${nameOf(m)} ${m}`,
    code.toLowerCase(),
    status,
    'public',
    plan.placeIds[m % plan.placeIds.length] ?? null,
    rating,
    at,
    at,
  ]
}

function modelPlaceRow(plan: ScalePlan, n: number): Cell[] {
  const m = Math.floor(n / 3)
  return [modelId(plan, m), plan.placeIds[(m + (n % 3)) % plan.placeIds.length] ?? null]
}

function modelServiceRow(plan: ScalePlan, n: number): Cell[] {
  const m = Math.floor(n / 8)
  return [modelId(plan, m), plan.serviceIds[(m * 7 + (n % 8)) % plan.serviceIds.length] ?? null, (n % 5) * 1_000]
}

function clientRow(plan: ScalePlan, c: number): Cell[] {
  const at = iso(clientAt(plan, c))
  const name = nameOf(c)
  const tags = chance(c, 41) < 0.05 ? '{vip}' : chance(c, 41) < 0.2 ? '{regular}' : '{}'
  // Three digits too many for a real number.
  const phone = chance(c, 42) < 0.8 ? `+447700900${String(c % 1_000_000).padStart(6, '0')}` : null
  return [
    clientId(plan, c),
    `C-${plan.refs.client + c}`,
    name,
    `${name.toLowerCase().replace(' ', '.')}.${c}@example.com`,
    phone,
    'email',
    tags,
    at,
    at,
  ]
}

const INQUIRY_COLUMNS =
  'id, ref, source, client_id, subject, message, location_id, window_from, window_to, priority, status, deposit_amount, assignee_id, answered_at, created_at, updated_at'

function inquiryRow(plan: ScalePlan, n: number): Cell[] {
  const booking = bookingAt(plan, n * 2)
  const created = booking.created - 5 * HOUR
  const status = inquiryStatus(booking.status)
  const priority = chance(n, 51) < 0.1 ? 'high' : chance(n, 51) < 0.12 ? 'critical' : chance(n, 51) < 0.2 ? 'low' : 'normal'
  return [
    idOf('inquiry', created, n),
    `Q-${plan.refs.inquiry + n}`,
    SOURCES[n % SOURCES.length] ?? 'web',
    clientId(plan, booking.client),
    SUBJECTS[Math.floor(chance(n, 52) * SUBJECTS.length)] ?? '',
    'Could you suggest someone for this? We are free to move by an hour either way.',
    booking.place,
    iso(booking.start),
    iso(booking.end),
    priority,
    status,
    status === 'converted' || status === 'awaiting_deposit' ? depositOf(booking) : null,
    booking.assignee,
    iso(created + HOUR),
    iso(created),
    iso(booking.updated),
  ]
}

function inquiryStatus(status: ScaleStatus): string {
  if (status === 'draft' || status === 'pending') return 'awaiting_client'
  if (status === 'deposit_required') return 'awaiting_deposit'
  return status === 'cancelled' || status === 'expired' ? 'lost' : 'converted'
}

function depositOf(booking: ScaleBooking): number {
  return Math.max(5_000, Math.round(booking.price / 4 / 500) * 500)
}

const BOOKING_COLUMNS =
  'id, ref, inquiry_id, client_id, model_id, location_id, starts_at, ends_at, call_type, status, price_amount, price_lines, deposit_amount, deposit_status, deposit_deadline_at, payment_status, paid_amount, assignee_id, version, created_by, created_at, updated_at'

function bookingRow(plan: ScalePlan, n: number): Cell[] {
  const b = bookingAt(plan, n)
  const deposit = depositOf(b)
  const isPaid = ['confirmed', 'in_progress', 'completed', 'no_show'].includes(b.status)
  const isHeld = b.status === 'deposit_required'
  const paid = b.status === 'completed' ? b.price : isPaid ? deposit : 0
  return [
    b.id,
    b.ref,
    b.inquiry,
    clientId(plan, b.client),
    modelId(plan, b.model),
    b.place,
    iso(b.start),
    iso(b.end),
    chance(n, 61) < 0.6 ? 'outcall' : 'incall',
    b.status,
    b.price,
    `[{"kind":"rate","label":"1 hour","amount":${b.price}}]`,
    deposit,
    isPaid ? 'paid' : isHeld || b.status === 'expired' ? 'pending' : 'none',
    isHeld ? iso(plan.now + (2 + chance(n, 62) * 700) * HOUR) : null,
    paid === 0 ? 'unpaid' : paid < b.price ? 'partial' : 'paid',
    paid,
    b.assignee,
    4,
    staffOf(plan, n).id,
    iso(b.created),
    iso(b.updated),
  ]
}

const BLOCK_COLUMNS =
  'id, model_id, kind, booking_id, active, starts_at, ends_at, minutes_after, expires_at, created_by, created_at, updated_at'

function blockRow(plan: ScalePlan, n: number): Cell[] | undefined {
  const b = bookingAt(plan, n)
  const isActive = TAKES_TIME.includes(b.status)
  if (!isActive && !TOOK_TIME.includes(b.status)) return undefined
  const isHold = b.status === 'deposit_required'
  return [
    idOf('block', b.created, n),
    modelId(plan, b.model),
    isHold ? 'hold' : 'booking',
    b.id,
    isActive ? 't' : 'f',
    iso(b.start),
    iso(b.end),
    15,
    isHold ? iso(plan.now + (2 + chance(n, 62) * 700) * HOUR) : null,
    staffOf(plan, n).id,
    iso(b.created),
    iso(b.updated),
  ]
}

function timelineRow(plan: ScalePlan, n: number): Cell[] {
  const b = bookingAt(plan, n)
  const by = staffOf(plan, n)
  return [idOf('timeline', b.created, n), b.id, iso(b.created), 'created', 'Draft made', '{}', by.id, by.name]
}

const AUDIT_COLUMNS =
  'id, at, actor_kind, actor_id, actor_name, via, action, entity_type, entity_id, entity_ref, after, request_id'

function auditRow(plan: ScalePlan, n: number): Cell[] {
  const b = bookingAt(plan, n)
  const by = staffOf(plan, n)
  const after = `{"status":"draft","price":${b.price},"currency":"GBP"}`
  return [
    idOf('audit', b.created, n),
    iso(b.created),
    'user',
    by.id,
    by.name,
    'screen',
    'booking.created',
    'booking',
    b.id,
    b.ref,
    after,
    `scale-${n}`,
  ]
}

const TASK_COLUMNS =
  'id, ref, type, subject, entity_type, entity_id, entity_ref, client_id, priority, status, assignee_id, sla_deadline_at, completed_at, created_at, updated_at'

/** One to five bookings; the last twentieth is still open. */
function taskRow(plan: ScalePlan, n: number): Cell[] {
  const b = bookingAt(plan, n * 5)
  const isOpen = n % 20 === 0
  const created = isOpen ? plan.now - chance(n, 71) * 2 * DAY : b.created
  const done = created + chance(n, 72) * 3 * HOUR
  const type = ['call_back', 'chase_deposit', 'confirm_arrival', 'invoice'][n % 4] ?? 'call_back'
  const priority = ['low', 'normal', 'normal', 'high', 'critical'][Math.floor(chance(n, 73) * 5)] ?? 'normal'
  return [
    idOf('task', created, n),
    `T-${plan.refs.task + n}`,
    type,
    `${type.replace('_', ' ')}: ${b.ref}`,
    'booking',
    b.id,
    b.ref,
    clientId(plan, b.client),
    priority,
    isOpen ? 'open' : chance(n, 74) < 0.95 ? 'done' : 'cancelled',
    isOpen && chance(n, 75) < 0.6 ? null : staffOf(plan, n).id,
    iso(created + (isOpen ? 3 * DAY * chance(n, 76) : 4 * HOUR)),
    isOpen ? null : iso(done),
    iso(created),
    iso(isOpen ? created : done),
  ]
}

const EXCEPTION_COLUMNS =
  'id, ref, type, severity, status, entity_type, entity_id, entity_ref, client_id, summary, resolution, assignee_id, sla_deadline_at, closed_at, created_at, updated_at'

function exceptionRow(plan: ScalePlan, n: number): Cell[] {
  const b = bookingAt(plan, n * 20)
  const isOpen = n % 25 === 0
  const created = isOpen ? plan.now - chance(n, 81) * 2 * DAY : b.created
  const closed = created + chance(n, 82) * 3 * HOUR
  const type = ['payment_failed', 'no_show_risk', 'mismatch', 'policy_violation'][n % 4] ?? 'other'
  const severity = ['low', 'medium', 'medium', 'high', 'critical'][Math.floor(chance(n, 83) * 5)] ?? 'medium'
  return [
    idOf('exception', created, n),
    `X-${plan.refs.exception + n}`,
    type,
    severity,
    isOpen ? 'open' : 'resolved',
    'booking',
    b.id,
    b.ref,
    clientId(plan, b.client),
    `${b.ref}: ${type.replaceAll('_', ' ')}`,
    isOpen ? null : 'Settled by phone.',
    isOpen ? null : staffOf(plan, n).id,
    iso(created + (isOpen ? 3 * DAY * chance(n, 84) : 4 * HOUR)),
    isOpen ? null : iso(closed),
    iso(created),
    iso(isOpen ? created : closed),
  ]
}
