import { mutation, query, router } from '#server/trpc/init.ts'
import { adjustLedger } from './adjust.ts'
import { listLedger, readBalances, readTransaction } from './ledger.queries.ts'
import * as schema from './ledger.schema.ts'

const policy = 'none beyond the permission: the books are one'

export const ledgerRouter = router({
  list: query({
    access: 'finance.read',
    policy,
    summary: 'What was posted to the books, newest first',
    rest: { method: 'GET', path: '/ledger' },
    input: schema.listLedgerInput,
    output: schema.ledgerList,
    run: listLedger,
  }),
  balances: query({
    access: 'finance.read',
    policy,
    summary: 'Every account before, in and after a month; their sum is zero',
    rest: { method: 'GET', path: '/ledger/balances' },
    input: schema.balancesInput,
    output: schema.balancesOut,
    run: readBalances,
  }),
  adjust: mutation({
    access: 'finance.write',
    fresh: true,
    policy,
    summary: 'Post a correction between two accounts, with its reason',
    rest: { method: 'POST', path: '/ledger/adjustments', status: 201 },
    input: schema.adjustInput,
    output: schema.transactionOut,
    run: async (tx, input, ctx) => {
      const id = await adjustLedger(tx, input)
      return readTransaction(ctx, id)
    },
  }),
})
