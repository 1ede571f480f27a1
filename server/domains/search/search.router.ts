import { query, router } from '#server/trpc/init.ts'
import { searchEverything, searchKind } from './search.queries.ts'
import * as schema from './search.schema.ts'

const policy =
  'searchableKinds by permission; rows by the policy of each kind’s list (visibleBookings, visibleInquiries, …); words only of what the actor may read'

export const searchRouter = router({
  everything: query({
    access: 'signed_in',
    policy,
    summary: 'Find bookings, inquiries, clients, models, tasks, exceptions and payments by ref, words, phone or email',
    rest: { method: 'GET', path: '/search' },
    input: schema.searchInput,
    output: schema.searchOut,
    run: searchEverything,
  }),
  kind: query({
    access: 'signed_in',
    policy,
    summary: 'The same of one kind, page by page',
    rest: { method: 'GET', path: '/search/{kind}' },
    input: schema.searchKindInput,
    output: schema.searchKindOut,
    run: searchKind,
  }),
})
