import { describe, expect, test } from 'vitest'
import { CalendarProblem } from '#server/domains/calendars/calendar-problem.ts'
import { readApart } from '#server/domains/calendars/read-apart.ts'
import { readBusyTimes } from '#server/domains/calendars/read-busy-times.ts'

const at = (iso: string) => Date.parse(iso)
const reading = (from: string, to: string, zone = 'Europe/London') => ({ zone, from: at(from), to: at(to) })
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n')
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:one', ...lines, 'END:VEVENT']
const read = (text: string, when: ReturnType<typeof reading>) =>
  readBusyTimes(text, when).busy.map(({ from, to }) => `${new Date(from).toISOString()}/${new Date(to).toISOString()}`)
const short = (times: string[]) => times.map((one) => one.replaceAll(':00.000Z', 'Z'))

describe('an event each week stays at its wall-clock time through both nights on which clocks change', () => {
  const nights: [zone: string, from: string, to: string, expected: string[]][] = [
    [
      'Europe/London',
      '2026-10-17T00:00:00Z',
      '2026-11-02T00:00:00Z',
      ['2026-10-18T08:00Z', '2026-10-25T09:00Z', '2026-11-01T09:00Z'],
    ],
    [
      'Europe/London',
      '2026-03-21T00:00:00Z',
      '2026-04-06T00:00:00Z',
      ['2026-03-22T09:00Z', '2026-03-29T08:00Z', '2026-04-05T08:00Z'],
    ],
    [
      'America/New_York',
      '2026-10-24T00:00:00Z',
      '2026-11-09T00:00:00Z',
      ['2026-10-25T13:00Z', '2026-11-01T14:00Z', '2026-11-08T14:00Z'],
    ],
    [
      'Australia/Lord_Howe',
      '2026-03-28T00:00:00Z',
      '2026-04-12T00:00:00Z',
      ['2026-03-28T22:00Z', '2026-04-04T22:30Z', '2026-04-11T22:30Z'],
    ],
  ]
  test.each(nights)('%s from %s', (zone, from, to, expected) => {
    const text = calendar(
      ...event(`DTSTART;TZID=${zone}:20250105T090000`, `DTEND;TZID=${zone}:20250105T100000`, 'RRULE:FREQ=WEEKLY;BYDAY=SU'),
    )
    expect(short(read(text, reading(from, to, 'UTC'))).map((one) => one.split('/')[0])).toEqual(expected)
  })

  test('an event through the night of the change lasts to the later of both ends', () => {
    const text = calendar(
      ...event(
        'DTSTART;TZID=Europe/London:20261018T230000',
        'DTEND;TZID=Europe/London:20261019T030000',
        'RRULE:FREQ=WEEKLY;COUNT=2',
      ),
    )
    // 22:00Z on the 24th is 23:00 there; its wall end, 03:00, is five hours later that night.
    const long = calendar(
      ...event(
        'DTSTART;TZID=Europe/London:20261017T230000',
        'DTEND;TZID=Europe/London:20261018T030000',
        'RRULE:FREQ=WEEKLY;COUNT=2',
      ),
    )
    expect(short(read(text, reading('2026-10-01T00:00:00Z', '2026-12-01T00:00:00Z')))).toEqual([
      '2026-10-18T22:00Z/2026-10-19T02:00Z',
      '2026-10-25T23:00Z/2026-10-26T03:00Z',
    ])
    expect(short(read(long, reading('2026-10-20T00:00:00Z', '2026-12-01T00:00:00Z')))).toEqual([
      '2026-10-24T22:00Z/2026-10-25T03:00Z',
    ])
  })

  test('UNTIL is an instant, and the last one at it counts', () => {
    const text = calendar(
      ...event('DTSTART;TZID=America/New_York:20261101T200000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;UNTIL=20261104T010000Z'),
    )
    expect(short(read(text, reading('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'))).map((one) => one.split('/')[0])).toEqual([
      '2026-11-02T01:00Z',
      '2026-11-03T01:00Z',
      '2026-11-04T01:00Z',
    ])
  })
})

describe('what counts as busy', () => {
  const week = reading('2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z')
  test('whole days are days of the model’s own zone', () => {
    const text = calendar(...event('DTSTART;VALUE=DATE:20261124', 'DTEND;VALUE=DATE:20261126'))
    expect(short(read(text, { ...week, zone: 'America/New_York' }))).toEqual(['2026-11-24T05:00Z/2026-11-26T05:00Z'])
  })
  test('cancelled and transparent events do not, nor what VFREEBUSY calls free', () => {
    const text = calendar(
      ...event('DTSTART:20261124T100000Z', 'DTEND:20261124T110000Z', 'STATUS:CANCELLED'),
      'BEGIN:VEVENT',
      'UID:two',
      'DTSTART:20261124T120000Z',
      'DTEND:20261124T130000Z',
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'BEGIN:VFREEBUSY',
      'UID:three',
      'FREEBUSY;FBTYPE=FREE:20261124T140000Z/PT1H',
      'FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T160000Z/PT1H,20261124T163000Z/20261124T180000Z',
      'END:VFREEBUSY',
    )
    expect(short(read(text, week))).toEqual(['2026-11-24T16:00Z/2026-11-24T18:00Z'])
  })
  test('one of a series that was moved is busy where it is now; one that was cancelled, or excepted, is free', () => {
    const text = calendar(
      ...event(
        'DTSTART;TZID=Europe/London:20261123T100000',
        'DTEND;TZID=Europe/London:20261123T110000',
        'RRULE:FREQ=DAILY;COUNT=4',
        'EXDATE;TZID=Europe/London:20261126T100000',
      ),
      ...event(
        'RECURRENCE-ID;TZID=Europe/London:20261124T100000',
        'DTSTART;TZID=Europe/London:20261124T200000',
        'DTEND;TZID=Europe/London:20261124T210000',
      ),
      ...event('RECURRENCE-ID:20261125T100000Z', 'DTSTART:20261125T100000Z', 'DTEND:20261125T110000Z', 'STATUS:CANCELLED'),
    )
    expect(short(read(text, week))).toEqual(['2026-11-23T10:00Z/2026-11-23T11:00Z', '2026-11-24T20:00Z/2026-11-24T21:00Z'])
  })
  test('a zone of a foreign name is read by the calendar’s own rules', () => {
    const text = calendar(
      'BEGIN:VTIMEZONE',
      'TZID:GMT Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0000',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T010000',
      'TZOFFSETFROM:+0000',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      ...event(
        'DTSTART;TZID=GMT Standard Time:20261023T090000',
        'DTEND;TZID=GMT Standard Time:20261023T100000',
        'RRULE:FREQ=DAILY;COUNT=4',
      ),
    )
    expect(
      short(read(text, reading('2026-10-01T00:00:00Z', '2026-11-30T00:00:00Z', 'Asia/Tokyo'))).map((one) => one.split('/')[0]),
    ).toEqual(['2026-10-23T08:00Z', '2026-10-24T08:00Z', '2026-10-25T09:00Z', '2026-10-26T09:00Z'])
  })
})

describe('a hostile calendar', () => {
  const when = reading('2026-11-23T00:00:00Z', '2027-02-23T00:00:00Z')
  const refused = (text: string) => expect(readApart(text, when)).rejects.toBeInstanceOf(CalendarProblem)

  test.each([
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['nothing', ''],
    ['a calendar that is cut off', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026'],
    ['lines without sense', 'BEGIN:VCALENDAR\r\n\0\0\0;;;:::\r\nEND:VCALENDAR'],
    ['an event each second for ever', calendar(...event('DTSTART:20000101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'))],
    [
      'more events than can be followed',
      calendar(...Array.from({ length: 20_001 }, () => event('DTSTART:20261124T100000Z').join('\r\n'))),
    ],
  ])('%s is refused in words', async (_name, text) => {
    await refused(text)
  })
  test('a rule no day ever satisfies, a date that is none and a length below zero are nothing or a refusal, never a hang', async () => {
    for (const lines of [
      ['DTSTART:20261124T100000Z', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
      ['DTSTART:20269999T999999Z', 'DURATION:PT1H'],
      ['DTSTART:20261124T100000Z', 'DURATION:-PT1H'],
      ['DTSTART:20261124T100000Z', 'DTEND:19700101T000000Z'],
      ['DTSTART;TZID=../../etc/passwd:20261124T100000', 'DURATION:PT0S'],
    ]) {
      const answer = await readApart(calendar(...event(...lines)), when, { timeMs: 5_000 }).catch((error: unknown) => error)
      if (answer instanceof Error) expect(answer).toBeInstanceOf(CalendarProblem)
      else expect(answer).toMatchObject({ entries: 1 })
    }
  })
  test('one that would take for ever is given up when its time is over', async () => {
    // Nothing but its length is odd: every event is far in the past and repeats each minute up to the limit of steps.
    const endless = calendar(
      ...Array.from({ length: 3_000 }, (_, n) =>
        [
          'BEGIN:VEVENT',
          `UID:${n}`,
          'DTSTART:20260801T000000Z',
          'DURATION:PT1S',
          'RRULE:FREQ=MINUTELY;UNTIL=20260901T000000Z',
          'END:VEVENT',
        ].join('\r\n'),
      ),
    )
    await expect(readApart(endless, when, { timeMs: 300 })).rejects.toThrow('too large or too intricate')
  })
})
