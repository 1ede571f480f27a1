import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { hoursSpans } from '#server/domains/availability/coverage.ts'
import { DAY, HOUR, MINUTE, wallInstant, wallTime } from '#server/domains/availability/wall-clock.ts'

/** Zones that move their clocks north and south, by an hour and by half of one, at odd times, around Ramadan, over the date line, and not at all. */
const ZONES = [
  'Europe/London',
  'America/New_York',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'America/Havana',
  'America/Santiago',
  'Asia/Beirut',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'UTC',
]
const LONG = process.env.VIREL_FAULTS === '1'
const FIRST = LONG ? Date.UTC(2005, 0, 1) : Date.UTC(2024, 0, 1)
const LAST = LONG ? Date.UTC(2040, 0, 1) : Date.UTC(2031, 0, 1)

function transitionsOf(zone: string): number[] {
  const found: number[] = []
  let at = Temporal.Instant.fromEpochMilliseconds(FIRST).toZonedDateTimeISO(zone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (!next || next.epochMilliseconds >= LAST) return found
    found.push(next.epochMilliseconds)
    at = next
  }
}

/** The same by Temporal's own arithmetic: first time of two, the jump itself for a time that is skipped. */
function byTemporal(zone: string, day: number, minute: number): number {
  const wall = Temporal.PlainDateTime.from('1970-01-01T00:00').add({ minutes: day * 1440 + minute })
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds
  const jump = earlier.getTimeZoneTransition('next')
  if (!jump) throw new Error('a time is skipped only where clocks change')
  return jump.epochMilliseconds
}

function wallByTemporal(zone: string, at: number) {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  return { day: Date.parse(`${there.toPlainDate()}T00:00Z`) / DAY, minute: there.hour * 60 + there.minute + there.second / 60 }
}

describe('wall-clock time', () => {
  test('around every transition of several zones is what Temporal says, both ways', () => {
    let looked = 0
    const wrong: string[] = []
    const check = (zone: string, day: number, minute: number) => {
      looked += 1
      if (wallInstant(zone, day, minute) !== byTemporal(zone, day, minute)) wrong.push(`${zone} day ${day} minute ${minute}`)
    }
    for (const zone of ZONES) {
      for (const transition of transitionsOf(zone)) {
        for (let minutes = -1_575; minutes <= 1_575; minutes += 45) {
          const at = transition + minutes * MINUTE
          const wall = wallTime(zone, at)
          const said = wallByTemporal(zone, at)
          if (wall.day !== said.day || wall.minute !== said.minute) wrong.push(`${zone} ${new Date(at).toISOString()}`)
          check(zone, wall.day, wall.minute)
        }
        // Each quarter of an hour around the jump, the skipped and the doubled ones among them.
        const { day, minute } = wallTime(zone, transition)
        for (let near = -120; near <= 120; near += 15) check(zone, day, minute + near)
      }
    }
    expect(wrong).toEqual([])
    expect(looked).toBeGreaterThan(LONG ? 40_000 : 5_000)
  }, 120_000)

  test('never goes back when the time on the wall grows', () => {
    const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
    const moment = fc.record({
      zone: fc.constantFrom(...ZONES),
      day: fc.integer({ min: FIRST / DAY, max: LAST / DAY }),
      minute: fc.integer({ min: 0, max: 2880 }),
      more: fc.integer({ min: 0, max: 3000 }),
    })
    fc.assert(
      fc.property(moment, ({ zone, day, minute, more }) => {
        expect(wallInstant(zone, day, minute + more)).toBeGreaterThanOrEqual(wallInstant(zone, day, minute))
      }),
      { numRuns: 3_000, seed },
    )
  })
})

/** What is wrong with nights from 22:00 to 06:00 made by `nightsOf` around a zone's transitions. */
function wrongNights(zone: string, nightsOf: (from: number, to: number) => { from: number; to: number }[]): string[] {
  const wrong: string[] = []
  for (const transition of transitionsOf(zone)) {
    for (const night of nightsOf(transition - 3 * DAY, transition + 3 * DAY)) {
      const [start, end] = [wallByTemporal(zone, night.from), wallByTemporal(zone, night.to)]
      const offset = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6
      const length = 8 * HOUR - (offset(night.to) - offset(night.from))
      if (start.minute !== 1320 || end.minute !== 360) wrong.push(`${zone} ${start.minute}–${end.minute}`)
      if (night.to - night.from !== length) wrong.push(`${zone} lasts ${(night.to - night.from) / HOUR} h`)
    }
  }
  return wrong
}

describe('weekly hours', () => {
  const periods = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 22 * 60, to: 30 * 60 }))
  // Clocks of these change between 22:00 and 06:00 and by no whole day.
  const nightly = ZONES.filter((zone) => !['Pacific/Apia', 'UTC', 'Asia/Kathmandu'].includes(zone))

  test('begin and end at the same time on the wall through both nights of every year', () => {
    for (const zone of nightly) {
      const wrong = wrongNights(zone, (from, to) => hoursSpans(periods, zone, { from, to }))
      expect(wrong).toEqual([])
    }
  })

  test('made by adding days of 24 hours are found out', () => {
    const naive = (from: number, to: number) => {
      const { day } = wallTime('Europe/London', from)
      const first = wallInstant('Europe/London', day, 1320)
      return Array.from({ length: Math.floor((to - from) / DAY) }, (_, index) => ({
        from: first + index * DAY,
        to: first + index * DAY + 8 * HOUR,
      }))
    }
    expect(wrongNights('Europe/London', naive).length).toBeGreaterThan(10)
  })

  test('in the hour that is skipped begin when clocks jump; in the hour that comes twice they hold both times', () => {
    const london = (from: number, to: number, at: string) => {
      const around = Date.parse(at)
      const spans = hoursSpans([{ weekday: 7, from, to }], 'Europe/London', { from: around, to: around + 6 * HOUR })
      return spans
        .filter((span) => span.to > around)
        .map((span) => [new Date(span.from).toISOString(), new Date(span.to).toISOString()])
    }
    // 2027-03-28: 01:00 becomes 02:00.
    expect(london(90, 180, '2027-03-28T00:00:00Z')).toEqual([['2027-03-28T01:00:00.000Z', '2027-03-28T02:00:00.000Z']])
    expect(london(60, 120, '2027-03-28T00:00:00Z')).toEqual([])
    // 2027-10-31: 02:00 becomes 01:00.
    expect(london(60, 120, '2027-10-31T00:00:00Z')).toEqual([['2027-10-31T00:00:00.000Z', '2027-10-31T02:00:00.000Z']])
  })
})
