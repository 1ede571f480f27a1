import { sql } from 'kysely'
import { type Faults, seededRng } from '#server/context.ts'
import { expireHold } from '#server/domains/availability/index.ts'
import { callerOf, makeUser, TestClock, testCtx } from './context.ts'
import type { TestDatabase } from './database.ts'
import { CELL, TimeModel, type Wish } from './time-model.ts'
import { makeWorld } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A Monday of winter; London's clocks show UTC. */
const MONDAY = Date.UTC(2027, 0, 4)
const DAYS = 4
const waived = { confirm: true, waiver: { reason: 'by chance' } }
const iso = (at: number) => new Date(at).toISOString()
const clockOf = (at: number) => iso(at).slice(11, 16)

interface Refusal {
  code: string
  rules: string[]
}

/** What a call came to: its answer, or why it was refused, as the model words it. */
async function outcomeOf<T>(call: Promise<T>): Promise<{ done: T } | { refused: Refusal }> {
  try {
    return { done: await call }
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (typeof cause !== 'object' || cause === null || !('code' in cause)) throw error
    const facts = 'facts' in cause && typeof cause.facts === 'object' ? cause.facts : null
    const reasons = facts && 'reasons' in facts && Array.isArray(facts.reasons) ? facts.reasons : []
    const rules = reasons.map(({ rule }: { rule: string }) => (rule === 'overlap' || rule === 'travel' ? 'taken' : rule))
    return { refused: { code: String(cause.code), rules: [...new Set(rules)].sort() } }
  }
}

/** What an agency does with its models' time, by chance, beside a small model that does the same. Each act answers the first difference, or null. */
export class Story {
  readonly rng: () => number
  readonly clock = new TestClock(new Date(MONDAY - 12 * HOUR))
  readonly model = new TimeModel()
  readonly rules = new Map<string, string>()
  readonly holds = new Map<string, Wish & { client: string }>()
  readonly bookings = new Map<string, Wish>()
  readonly off: string[] = []
  readonly db: TestDatabase
  readonly api: () => ReturnType<typeof callerOf>
  readonly who: { models: string[]; places: { id: string; slug: string }[]; clients: string[] }
  constructor(db: TestDatabase, api: Story['api'], who: Story['who'], seed: number) {
    this.db = db
    this.api = api
    this.who = who
    this.rng = seededRng(seed)
  }
  static async in(db: TestDatabase, seed: number, faults?: Faults): Promise<Story> {
    const [here, there] = [await makeWorld(db), await makeWorld(db)]
    const owner = await makeUser(db, 'OWNER')
    const made = await sql<{ id: string }>`insert into clients (id, name, email, created_at, updated_at)
      select gen_random_uuid(), 'Guest ' || n, 'guest.' || n || '@example.com', now(), now() from generate_series(1, 4) n
      returning id`.execute(db.db)
    const who = {
      models: here.models.map(({ id }) => id),
      places: [here.location, there.location],
      clients: made.rows.map(({ id }) => id),
    }
    let told: Story | undefined
    const api = () => callerOf(db, owner, { clock: told?.clock ?? new TestClock(), ...(faults ? { faults } : {}) })
    const it = new Story(db, api, who, seed)
    told = it
    await it.api().availability.travel.set({ from: here.location.slug, to: there.location.slug, minutes: 30, bothWays: true })
    it.model.way = 30
    return it
  }

  get now(): number {
    return this.clock.now().getTime()
  }
  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.rng() * list.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  wish(): Wish {
    const starts = MONDAY + Math.floor((this.rng() * DAYS * DAY) / CELL) * CELL
    const ends = starts + this.pick([2, 4, 4, 6, 8]) * CELL
    return { model: this.pick(this.who.models), place: this.pick(this.who.places).id, starts, ends }
  }
  /** As a request says it. */
  asked({ model, place, starts, ends }: Wish) {
    const slug = this.who.places.find(({ id }) => id === place)?.slug ?? ''
    return { modelId: model, location: slug, start: iso(starts), end: iso(ends) }
  }

  async run(steps: number): Promise<string | null> {
    const acts = [
      this.hold,
      this.hold,
      this.hold,
      this.book,
      this.book,
      this.release,
      this.extend,
      this.turn,
      this.turn,
      this.move,
    ]
    acts.push(
      this.move,
      this.cancel,
      this.cancel,
      this.timeOff,
      this.rule,
      this.rule,
      this.change,
      this.pass,
      this.look,
      this.look,
    )
    for (let n = 0; n < steps; n++) {
      const act = this.pick(acts)
      const wrong = (await act.call(this)) ?? (await this.compareLedger())
      if (wrong) return `step ${n} (${act.name}): ${wrong}`
    }
    return null
  }

  /** The product may take it exactly when the model may, and refuses by exactly the rules that forbid it. */
  judge(what: Wish, outcome: { done: unknown } | { refused: Refusal }): string | null {
    const expected = this.model.forbidden(what, this.now)
    const said = 'refused' in outcome ? outcome.refused : { code: 'ok', rules: [] }
    const code = expected.length === 0 ? 'ok' : expected.includes('taken') ? 'taken' : 'transition_refused'
    if (said.code === code && (code === 'ok' || said.rules.join() === expected.join())) return null
    return `${JSON.stringify(this.asked(what))}: said ${said.code} ${said.rules}, forbidden by [${expected}]`
  }

  async hold(): Promise<string | null> {
    const [client, wish] = [this.pick(this.who.clients), this.wish()]
    if (wish.ends <= this.now) return null
    return this.placeHold(client, wish)
  }
  async placeHold(client: string, wish: Wish): Promise<string | null> {
    const has = [...this.holds].some(([id, h]) => h.client === client && h.model === wish.model && this.stands(id))
    const outcome = await outcomeOf(this.api().holds.place({ clientId: client, ...this.asked(wish) }))
    if (has) return 'refused' in outcome && outcome.refused.code === 'conflict' ? null : this.sameHold(client, wish, outcome)
    const wrong = this.judge(wish, outcome)
    if (wrong || 'refused' in outcome) return wrong
    const { id, expiresAt } = outcome.done
    this.model.blocks.push(this.model.blockOf(id, wish, this.now, { expires: Date.parse(expiresAt) }))
    this.holds.set(id, { ...wish, client })
    return null
  }
  sameHold(client: string, wish: Wish, outcome: { done: { id: string } } | { refused: Refusal }): string | null {
    const known = 'done' in outcome ? this.holds.get(outcome.done.id) : undefined
    const same = known?.client === client && known.starts === wish.starts && known.ends === wish.ends
    return same ? null : `a second hold of one client and model: ${JSON.stringify(outcome)}`
  }
  stands(id: string): boolean {
    return this.model.standing(this.now).some((block) => block.key === id)
  }
  async release(): Promise<string | null> {
    const id = [...this.holds.keys()].find((key) => this.stands(key))
    if (!id) return null
    await this.api().holds.release({ id })
    this.forget(id)
    return null
  }
  forget(key: string): void {
    this.model.blocks = this.model.blocks.filter((block) => block.key !== key)
    this.holds.delete(key)
    this.bookings.delete(key)
  }
  async extend(): Promise<string | null> {
    const id = [...this.holds.keys()].find((key) => this.stands(key))
    const block = this.model.blocks.find(({ key }) => key === id)
    if (!id || !block) return null
    const outcome = await outcomeOf(this.api().holds.extend({ id, minutes: 30 }))
    if ('done' in outcome) block.expires = Date.parse(outcome.done.expiresAt)
    return null
  }
  async book(): Promise<string | null> {
    const wish = this.wish()
    const outcome = await outcomeOf(
      this.api().bookings.create({ clientId: this.pick(this.who.clients), ...this.asked(wish), ...waived }),
    )
    const wrong = this.judge(wish, outcome)
    if (wrong || 'refused' in outcome) return wrong
    this.model.blocks.push(this.model.blockOf(outcome.done.id, wish, this.now, { expires: null }))
    this.bookings.set(outcome.done.id, wish)
    return null
  }
  /** A hold becomes the booking: always while it stands, never after. */
  async turn(): Promise<string | null> {
    const [holdId, held] = [...this.holds].at(-1) ?? []
    if (!holdId || !held) return null
    const { client: clientId, ...wish } = held
    const stood = this.stands(holdId)
    const outcome = await outcomeOf(this.api().bookings.create({ clientId, holdId, ...this.asked(wish), ...waived }))
    if ('refused' in outcome)
      return !stood && outcome.refused.code === 'conflict' ? null : `a standing hold was refused: ${outcome.refused.code}`
    if (!stood) return 'a hold that had ended became a booking'
    const block = this.model.blocks.find(({ key }) => key === holdId)
    if (block) Object.assign(block, { key: outcome.done.id, expires: null })
    this.holds.delete(holdId)
    this.bookings.set(outcome.done.id, wish)
    return null
  }
  async move(): Promise<string | null> {
    const [id, was] = this.bookings.size > 0 ? this.pick([...this.bookings]) : []
    const block = this.model.blocks.find(({ key }) => key === id)
    if (!id || !was || !block) return null
    const near = { ...was, starts: was.starts + CELL, ends: was.ends + CELL }
    const wish = {
      ...this.pick([this.wish(), near, { ...was, ends: was.ends + 2 * CELL }, { ...was, ends: was.starts + CELL }]),
      own: id,
    }
    if (wish.ends <= this.now) return null
    const outcome = await outcomeOf(this.api().bookings.reschedule({ id, ...this.asked(wish) }))
    const shorter = wish.model === was.model && wish.place === was.place && wish.starts === was.starts && wish.ends <= was.ends
    const wrong = shorter ? ('refused' in outcome ? 'a shorter time was refused' : null) : this.judge(wish, outcome)
    if (wrong || 'refused' in outcome) return wrong
    const { own: _, ...at } = wish
    const to = shorter
      ? { ends: wish.ends, to: wish.ends + block.to - block.ends }
      : this.model.blockOf(id, wish, this.now, { expires: null })
    Object.assign(block, to)
    this.bookings.set(id, at)
    return null
  }
  async cancel(): Promise<string | null> {
    if (this.bookings.size === 0) return null
    const [id] = this.pick([...this.bookings])
    await this.api().bookings.setStatus({ id, newStatus: 'cancelled', reason: 'by chance' })
    this.forget(id)
    return null
  }
  async timeOff(): Promise<string | null> {
    const old = this.off.shift()
    if (old && this.rng() < 0.5) {
      await this.api().timeOff.remove({ id: old })
      this.forget(old)
      return null
    }
    if (old) this.off.push(old)
    const { model, starts } = this.wish()
    const [from, to] = [starts, starts + 3 * HOUR]
    const met = this.model.standing(this.now).some((block) => block.model === model && block.from < to && block.to > from)
    const outcome = await outcomeOf(this.api().timeOff.add({ modelId: model, start: iso(from), end: iso(to) }))
    if ('refused' in outcome) return met ? null : `time off ${iso(from)} was refused over nothing: ${outcome.refused.code}`
    if (met) return 'time off was taken over something'
    const { id: key } = outcome.done
    this.model.blocks.push({ key, model, from, to, starts: from, ends: to, place: null, expires: null, counts: false })
    this.off.push(key)
    return null
  }

  async rule(): Promise<string | null> {
    const model = this.pick(this.who.models)
    const kind = this.pick(['hours', 'notice', 'step', 'limits', 'blackout'] as const)
    const key = kind === 'blackout' ? kind : `${kind} ${model}`
    const old = this.rules.get(key)
    if (old) {
      await this.api().availability.rules.delete({ id: old })
      this.rules.delete(key)
      this.setRule(kind, model, undefined)
      return null
    }
    const day = MONDAY + Math.floor(this.rng() * DAYS) * DAY
    const from = (8 + Math.floor(this.rng() * 8)) * HOUR
    const config = {
      hours: { periods: [1, 2, 3, 4].map((weekday) => ({ weekday, from: clockOf(from), to: clockOf(from + 7 * HOUR) })) },
      notice: { minutes: this.pick([60, 600, 1_440]) },
      step: { minutes: this.pick([30, 60]) },
      limits: { bookingsPerDay: this.pick([1, 2]), restMinutes: this.pick([30, 60]) },
      blackout: { from: iso(day).slice(0, 10), to: iso(day).slice(0, 10), yearly: false },
    }
    const target = kind === 'blackout' ? { scope: 'global' as const } : { scope: 'model' as const, modelId: model }
    const made = await this.api().availability.rules.create({ ...target, kind, config: config[kind] })
    this.rules.set(key, made.id)
    this.setRule(kind, model, { ...config, day, from })
    return null
  }
  setRule(
    kind: 'hours' | 'notice' | 'step' | 'limits' | 'blackout',
    model: string,
    to:
      | {
          notice: { minutes: number }
          step: { minutes: number }
          limits: { bookingsPerDay: number; restMinutes: number }
          day: number
          from: number
        }
      | undefined,
  ): void {
    const { hours, notice, step, limits } = this.model
    if (kind === 'blackout') this.model.blackouts = to ? [{ from: to.day, to: to.day + DAY }] : []
    else if (!to) ({ hours, notice, step, limits })[kind].delete(model)
    else if (kind === 'hours')
      hours.set(
        model,
        [1, 2, 3, 4].map((weekday) => ({ weekday, from: to.from, to: to.from + 7 * HOUR })),
      )
    else if (kind === 'notice') notice.set(model, to.notice.minutes)
    else if (kind === 'step') step.set(model, to.step.minutes)
    else limits.set(model, { perDay: to.limits.bookingsPerDay, rest: to.limits.restMinutes })
  }
  async change(): Promise<string | null> {
    const model = this.pick(this.who.models)
    const day = MONDAY + Math.floor(this.rng() * DAYS) * DAY
    const from = day + Math.floor(this.rng() * 20) * HOUR
    const opens = this.rng() < 0.5
    const to = from + 2 * HOUR
    await this.api().availability.exceptions.create({
      modelId: model,
      day: iso(day).slice(0, 10),
      opens,
      from: clockOf(from),
      to: clockOf(to),
    })
    this.model.changes.push({ model, opens, from, to })
    return null
  }
  async pass(): Promise<string | null> {
    this.clock.advance(this.pick([1, 5, 20, 45, 180]))
    const ctx = testCtx(this.db, undefined, { clock: this.clock })
    for (const id of this.holds.keys()) if (this.rng() < 0.3) await expireHold(ctx, id)
    return null
  }

  /** Offers are what the model finds, and one of them can be held; "why" names what forbids a time. */
  async look(): Promise<string | null> {
    const { model, place, starts } = this.wish()
    const window = { from: starts - (starts % DAY), to: starts - (starts % DAY) + DAY }
    const { start: _start, end: _end, ...where } = this.asked({ model, place, starts, ends: starts + HOUR })
    const free = await this.api().availability.free({
      ...where,
      from: iso(window.from),
      to: iso(window.to),
      durationMinutes: 60,
      limit: 500,
    })
    const offered = free.items.map(({ start }) => start)
    const found = this.model.free({ model, place }, HOUR, window, this.now).map(iso)
    if (offered.join() !== found.join()) return `offered ${offered}, but free are ${found}`
    const wish = this.wish()
    const why = await this.api().availability.why(this.asked(wish))
    const named = why.reasons.map(({ rule }) => (rule === 'overlap' || rule === 'travel' ? 'taken' : rule))
    const expected = this.model.forbidden(wish, this.now)
    if ([...new Set(named)].sort().join() !== expected.join()) return `why says ${named}, forbidden by [${expected}]`
    const client = this.who.clients.find(
      (id) => ![...this.holds].some(([key, h]) => h.client === id && h.model === model && this.stands(key)),
    )
    if (offered.length === 0 || !client) return null
    const at = Date.parse(this.pick(offered))
    return this.placeHold(client, { model, place, starts: at, ends: at + HOUR })
  }

  async compareLedger(): Promise<string | null> {
    const { rows } = await sql<{ model: string; from: Date; to: Date }>`
      select model_id as model, block_from as from, block_to as to from time_blocks
      where active and not (kind = 'hold' and expires_at <= ${this.clock.now()})`.execute(this.db.db)
    const kept = rows.map(({ model, from, to }) => `${model} ${from.toISOString()} ${to.toISOString()}`).sort()
    const known = this.model.standing(this.now).map(({ model, from, to }) => `${model} ${iso(from)} ${iso(to)}`)
    if (kept.join('\n') !== known.sort().join('\n')) return `the ledger holds\n${kept.join('\n')}\nnot\n${known.join('\n')}`
    const overlap = rows.some((a, i) => rows.slice(i + 1).some((b) => a.model === b.model && a.from < b.to && b.from < a.to))
    return overlap ? 'two have the same time' : null
  }
}
