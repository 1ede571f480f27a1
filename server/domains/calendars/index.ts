export { readExternalNow } from './external-calendars.ts'
export { findDueCalendars, readCalendar } from './read-calendar.ts'
export { type FeedAnswer, readFeed } from './read-feed.ts'
