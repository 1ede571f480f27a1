import { mutation, query, router } from '#server/trpc/init.ts'
import { readModelCalendars } from './calendar.queries.ts'
import * as schema from './calendar.schema.ts'
import { regenerateFeed, removeFeed, setFeed } from './change-feed.ts'
import { addExternalCalendar, readExternalNow, removeExternalCalendar, updateExternalCalendar } from './external-calendars.ts'

const policy = 'readableModels: calendars of every model; the secret address of a feed only with calendars.manage'

export const calendarRouter = router({
  get: query({
    access: 'models.read',
    policy,
    summary: 'The calendars of a model: her feed, and those read from elsewhere',
    rest: { method: 'GET', path: '/models/{id}/calendars' },
    input: schema.byModel,
    output: schema.modelCalendarsOut,
    run: (ctx, { id }) => readModelCalendars(ctx, id, { secret: true }),
  }),
  setFeed: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Give a model a secret calendar address, or change how much it tells',
    rest: { method: 'POST', path: '/models/{id}/calendar-feed' },
    input: schema.setFeedInput,
    output: schema.modelCalendarsOut,
    run: async (tx, input, ctx) => {
      await setFeed(tx, input)
      return readModelCalendars(ctx, input.id)
    },
  }),
  regenerateFeed: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'A new secret calendar address; the old one is over',
    rest: { method: 'POST', path: '/models/{id}/calendar-feed/regenerate' },
    input: schema.byModel,
    output: schema.modelCalendarsOut,
    run: async (tx, { id }, ctx) => {
      await regenerateFeed(tx, id)
      return readModelCalendars(ctx, id)
    },
  }),
  removeFeed: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Take a model’s calendar address away',
    rest: { method: 'DELETE', path: '/models/{id}/calendar-feed' },
    input: schema.byModel,
    output: schema.modelCalendarsOut,
    run: async (tx, { id }, ctx) => {
      await removeFeed(tx, id)
      return readModelCalendars(ctx, id)
    },
  }),
  addExternal: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Read a model’s busy times from a calendar elsewhere',
    rest: { method: 'POST', path: '/models/{id}/external-calendars', status: 201 },
    input: schema.addExternalInput,
    output: schema.modelCalendarsOut,
    run: async (tx, input, ctx) => readModelCalendars(ctx, await addExternalCalendar(tx, input)),
  }),
  updateExternal: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Rename an external calendar or change its address',
    rest: { method: 'PATCH', path: '/external-calendars/{id}' },
    input: schema.updateExternalInput,
    output: schema.modelCalendarsOut,
    run: async (tx, input, ctx) => readModelCalendars(ctx, await updateExternalCalendar(tx, input)),
  }),
  removeExternal: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Forget an external calendar and the times it said',
    rest: { method: 'DELETE', path: '/external-calendars/{id}' },
    input: schema.byId,
    output: schema.modelCalendarsOut,
    run: async (tx, { id, version }, ctx) => readModelCalendars(ctx, await removeExternalCalendar(tx, id, version)),
  }),
  readNow: mutation({
    access: 'calendars.manage',
    policy,
    summary: 'Read an external calendar now',
    rest: { method: 'POST', path: '/external-calendars/{id}/read' },
    input: schema.byModel,
    output: schema.modelCalendarsOut,
    run: async (tx, { id }, ctx) => readModelCalendars(ctx, await readExternalNow(tx, id)),
  }),
})
