import type { Actor, Rng } from '#server/context.ts'
import type { Catalogue, SeededModel } from './catalogue.ts'
import { HOUR, londonAt, MINUTE } from './london.ts'
import { between, type DemoClient, type DemoUserKey, pick } from './people.ts'
import { CATEGORIES, type Service } from './services.ts'
import type { Simulation } from './simulation.ts'
import { ASKS } from './texts.ts'

/** Everything a story needs to know of the agency. */
export interface World {
  sim: Simulation
  catalogue: Catalogue
  staff: Record<DemoUserKey, Actor>
  /** Another agency that sends inquiries by its API key. */
  partner: Actor
  agenda: Agenda
  clients: ClientBook
}

/** What is planned for each model, so that stories told side by side don't get into each other's way. */
export interface Agenda {
  isFree(model: SeededModel, start: Date, end: Date, place: string): boolean
  take(model: SeededModel, start: Date, end: Date, place: string): void
}

/** Between two engagements at one place: the buffers of both. */
const MARGIN = 45 * MINUTE
/** At two places: the longest way there is, from Gatwick through the town, and the buffers. */
const MARGIN_WITH_WAY = 175 * MINUTE

export function createAgenda(): Agenda {
  const taken = new Map<string, { from: number; to: number; place: string }[]>()
  return {
    isFree: (model, start, end, here) =>
      !(taken.get(model.id) ?? []).some(({ from, to, place }) => {
        const margin = place === here ? MARGIN : MARGIN_WITH_WAY
        return from < end.getTime() + margin && to > start.getTime() - margin
      }),
    take(model, start, end, place) {
      const list = taken.get(model.id) ?? []
      list.push({ from: start.getTime(), to: end.getTime(), place })
      taken.set(model.id, list)
    },
  }
}

/** Who writes: mostly people the agency knows, now and then somebody new. */
export interface ClientBook {
  /** Whose contact the next lead comes with. */
  forLead(): DemoClient
  /** Someone known, with the id the agency knows them by. */
  known(): { id: string; client: DemoClient }
}

export interface Wish {
  category: string
  place: string
  services: string[]
  start: Date
  end: Date
  callType: 'incall' | 'outcall'
  subject: string
  message: string
}

const LENGTHS = [60, 60, 90, 120, 120, 180, 240]

/** What someone might ask for, to happen `hoursAhead` from `at` at a decent hour. */
export function inventWish({ sim, catalogue }: World, at: Date, daysAhead: number): Wish {
  const { rng } = sim
  const category = pick(rng, CATEGORIES)
  const places = [...catalogue.places.values()]
  const popular = places.filter((place) => place.popular)
  const place = rng() < 0.8 ? pick(rng, popular) : pick(rng, places)
  const evening = category.code === 'event-companion' || category.code === 'performance'
  const hour = evening ? between(rng, 17, 21) : between(rng, 10, 18)
  let start = londonAt(at, daysAhead, hour, pick(rng, [0, 0, 15, 30, 30]))
  if (start.getTime() < at.getTime() + 5 * HOUR) start = londonAt(start, 1, hour)
  const ask = pick(rng, ASKS[category.code] ?? [])
  return {
    category: category.code,
    place: place.slug,
    services: chooseServices(rng, category.services),
    start,
    end: new Date(start.getTime() + pick(rng, LENGTHS) * MINUTE),
    callType: rng() < 0.65 ? 'outcall' : 'incall',
    subject: ask.subject,
    message: ask.message.replace('{place}', place.title).replace('{when}', start.toUTCString().slice(0, 11)),
  }
}

function chooseServices(rng: Rng, services: readonly Service[]): string[] {
  const chosen = new Set([pick(rng, services).code])
  if (rng() < 0.3) chosen.add(pick(rng, services).code)
  return [...chosen]
}

/** Someone who does this, there, and has nothing else then; the best suited first, or anyone at the place. */
export function findModel({ catalogue, agenda, sim }: World, wish: Wish): SeededModel | undefined {
  const serving = catalogue.models.filter(
    (model) =>
      model.status === undefined &&
      [model.home, ...model.serves].includes(wish.place) &&
      agenda.isFree(model, wish.start, wish.end, wish.place),
  )
  const fitting = serving.filter((model) => model.offers.includes(wish.category))
  const list = fitting.length > 0 ? fitting : serving
  return list.length > 0 ? pick(sim.rng, list) : undefined
}

export function pickHandler({ staff, sim }: World): Actor {
  const roll = sim.rng()
  return roll < 0.42 ? staff.operator : roll < 0.86 ? staff.operator2 : staff.manager
}

/** A quarter of the price, at least £50, in steps of £5. */
export function depositOf(price: number): number {
  return Math.max(5_000, Math.round(price / 4 / 500) * 500)
}

/** Until when time is held: as wanted, but before the engagement begins, or within half an hour when it is about to. */
export function holdUntil(now: Date, start: Date, wanted: Date): Date {
  const latest = Math.max(start.getTime() - 30 * MINUTE, now.getTime() + 20 * MINUTE)
  return new Date(Math.min(wanted.getTime(), latest))
}
