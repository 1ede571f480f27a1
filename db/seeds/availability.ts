import { createException } from '#server/domains/availability/save-exception.ts'
import { createRule } from '#server/domains/availability/save-rule.ts'
import { createSlot } from '#server/domains/availability/save-slot.ts'
import { setTravel } from '#server/domains/availability/set-travel.ts'
import { DAY, HOUR, later, londonAt } from './london.ts'
import type { World } from './world.ts'

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
const daily = (from: string, to: string) => ({ periods: EVERY_DAY.map((weekday) => ({ weekday, from, to })) })
const day = (at: Date) => at.toISOString().slice(0, 10)

/**
 * Some models keep hours, limits and days off; the others are free at any time. Set at the end of the past, so that what
 * was agreed before was agreed without them.
 */
export function planAvailability({ sim, staff, catalogue }: World): void {
  const modelOf = new Map(catalogue.models.map((model) => [model.name, model.id]))
  sim.tell(later(sim.until, -HOUR), async function* () {
    const own = (name: string, rule: Pick<Parameters<typeof createRule>[1], 'kind' | 'config'> & { title?: string }) => {
      const modelId = modelOf.get(name)
      if (!modelId) return
      return sim.act(staff.manager, (tx) => createRule(tx, { scope: 'model', modelId, title: '', active: true, ...rule }))
    }
    await own('Victoria Langford', { kind: 'hours', config: daily('10:00', '04:00') })
    await own('Rosalind Keane', { kind: 'hours', config: daily('11:00', '05:00') })
    await own('Marco Delgado', { kind: 'limits', config: { bookingsPerDay: 3, restMinutes: 60 } })
    await own('Tamsin Holloway', { kind: 'notice', config: { minutes: 120 } })
    await own('Ingrid Solheim', { kind: 'buffers', config: { before: 15, after: 30 } })
    const holiday = { from: day(later(sim.until, 21 * DAY)), to: day(later(sim.until, 28 * DAY)), yearly: false }
    await own('Delphine Moreau', { kind: 'blackout', title: 'Family in Lyon', config: holiday })
    const [victoria, rosalind] = [modelOf.get('Victoria Langford'), modelOf.get('Rosalind Keane')]
    await sim.act(staff.manager, async (tx) => {
      const soon = day(later(sim.until, 3 * DAY))
      if (victoria)
        await createException(tx, { modelId: victoria, day: soon, opens: false, from: '12:00', to: '15:00', note: 'Dentist' })
      if (rosalind) {
        const start = londonAt(sim.until, 2, 18)
        await createSlot(tx, {
          modelId: rosalind,
          kind: 'tentative',
          start,
          end: later(start, 4 * HOUR),
          confidence: 0.5,
          note: 'Maybe at the theatre',
        })
      }
      if (catalogue.places.has('heathrow') && catalogue.places.has('mayfair')) {
        await setTravel(tx, { from: 'mayfair', to: 'heathrow', minutes: 55, bothWays: true })
      }
    })
  })
}
