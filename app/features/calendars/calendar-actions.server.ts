import { paths } from '../../paths.ts'
import { type actions, idParam } from '../../screen.server.ts'

/** What the calendar section of a model's page does. */
export const calendarActions: Parameters<typeof actions>[0] = {
  feed: async (form, { api, params }) => {
    const id = idParam(params)
    await api.calendars.setFeed({ id, busyOnly: form.checked('busyOnly') })
    return { to: `${paths.models.detail(id)}#calendars`, say: 'The calendar address is ready.' }
  },
  regenerateFeed: async (_form, { api, params }) => {
    const id = idParam(params)
    await api.calendars.regenerateFeed({ id })
    return { to: `${paths.models.detail(id)}#calendars`, say: 'There is a new calendar address; the old one is over.' }
  },
  removeFeed: async (_form, { api, params }) => {
    const id = idParam(params)
    await api.calendars.removeFeed({ id })
    return { to: `${paths.models.detail(id)}#calendars`, say: 'The calendar address is over.' }
  },
  addCalendar: async (form, { api, params }) => {
    const id = idParam(params)
    const name = form.requiredText('calendarName', 'Say what it is called, such as “Private”.')
    const address = form.requiredText('address', 'Paste the secret address of the calendar.')
    form.check()
    await api.calendars.addExternal({ id, name, address })
    return { to: `${paths.models.detail(id)}#calendars`, say: `The calendar “${name}” is being read.` }
  },
  readCalendar: async (form, { api, params }) => {
    await api.calendars.readNow({ id: form.text('calendar') })
    return { to: `${paths.models.detail(idParam(params))}#calendars`, say: 'The calendar is being read.' }
  },
  removeCalendar: async (form, { api, params }) => {
    await api.calendars.removeExternal({ id: form.text('calendar') })
    return { to: `${paths.models.detail(idParam(params))}#calendars`, say: 'The calendar and what it said are forgotten.' }
  },
}
