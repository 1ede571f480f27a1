import { mutation, query, router } from '#server/trpc/init.ts'
import { closeMonth } from './close-month.ts'
import * as schema from './month-close.schema.ts'
import { listMonths } from './months.queries.ts'

const policy = 'none beyond the permission: the books are one'

export const financeMonthRouter = router({
  list: query({
    access: 'finance.read',
    policy,
    summary: 'Months of the books, and what stands in the way of closing the next one',
    rest: { method: 'GET', path: '/finance/months' },
    input: schema.monthsInput,
    output: schema.monthsOut,
    run: listMonths,
  }),
  close: mutation({
    access: 'finance.write',
    fresh: true,
    policy,
    summary: 'Close a month of the books for good',
    rest: { method: 'POST', path: '/finance/months/{month}/close' },
    input: schema.closeMonthInput,
    output: schema.monthsOut,
    run: async (tx, { month }, ctx) => {
      await closeMonth(tx, month)
      return listMonths(ctx, { limit: 24 })
    },
  }),
})
