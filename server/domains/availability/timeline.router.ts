import { query } from '#server/trpc/init.ts'
import { listEntries } from './timeline.lists.ts'
import { readMonth } from './timeline.month.ts'
import { readRoster, readTimeline } from './timeline.queries.ts'
import * as schema from './timeline.schema.ts'

const access = 'bookings.read'
const policy =
  'readableModels: whose time is taken when; for whom only by visibleBookings: assigned to the actor or to nobody, unless bookings.read_all'

/** What the page of the models' time reads; part of the availability router. */
export const timelineProcedures = {
  roster: query({
    access,
    policy,
    summary: 'Models whose time a view shows, by name',
    rest: { method: 'GET', path: '/availability/roster' },
    input: schema.rosterInput,
    output: schema.rosterOut,
    run: readRoster,
  }),
  timeline: query({
    access,
    policy,
    summary: 'What takes the time of some models in a window: bookings, holds, requests, time off, travel',
    rest: { method: 'GET', path: '/availability/timeline' },
    input: schema.timelineInput,
    output: schema.timelineOut,
    run: readTimeline,
  }),
  entries: query({
    access,
    policy,
    summary: 'The same of any number of models, page by page',
    rest: { method: 'GET', path: '/availability/entries' },
    input: schema.entriesInput,
    output: schema.entryList,
    run: listEntries,
  }),
  month: query({
    access,
    policy,
    summary: 'How much of the models’ time is booked, held and off on each day of a month',
    rest: { method: 'GET', path: '/availability/month' },
    input: schema.monthInput,
    output: schema.monthOut,
    run: readMonth,
  }),
}
