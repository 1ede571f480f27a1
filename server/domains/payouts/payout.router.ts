import { mutation, query, router } from '#server/trpc/init.ts'
import { makePayout, payPayout, setShare, withdrawPayout } from './make-payout.ts'
import { listDue, listPayouts, listStatement, readAccount, readPayout } from './payout.queries.ts'
import * as schema from './payout.schema.ts'

const policy = 'none beyond the permission: whoever reads finance reads what every model is owed'

export const payoutRouter = router({
  list: query({
    access: 'finance.read',
    policy,
    summary: 'Payouts to models, newest first',
    rest: { method: 'GET', path: '/payouts' },
    input: schema.listPayoutsInput,
    output: schema.payoutList,
    run: listPayouts,
  }),
  due: query({
    access: 'finance.read',
    policy,
    summary: 'What each model is owed at the end of a month',
    rest: { method: 'GET', path: '/payouts/due' },
    input: schema.dueInput,
    output: schema.dueList,
    run: listDue,
  }),
  account: query({
    access: 'finance.read',
    policy,
    summary: 'A model’s account in a month: owed before, earned, paid out, owed at its end',
    rest: { method: 'GET', path: '/payouts/account' },
    input: schema.accountInput,
    output: schema.dueOut,
    run: readAccount,
  }),
  statement: query({
    access: 'finance.read',
    policy,
    summary: 'A model’s account in a month, line by line',
    rest: { method: 'GET', path: '/payouts/statement' },
    input: schema.statementInput,
    output: schema.statementOut,
    run: listStatement,
  }),
  make: mutation({
    access: 'finance.write',
    policy,
    summary: 'Prepare a payout of everything due to a model up to the end of a month',
    rest: { method: 'POST', path: '/payouts', status: 201 },
    input: schema.makePayoutInput,
    output: schema.payoutOut,
    run: async (tx, input, ctx) => readPayout(ctx, await makePayout(tx, input)),
  }),
  pay: mutation({
    access: 'finance.write',
    fresh: true,
    policy,
    summary: 'Write down that a payout was paid',
    rest: { method: 'POST', path: '/payouts/{id}/pay' },
    input: schema.payPayoutInput,
    output: schema.payoutOut,
    run: async (tx, input, ctx) => {
      await payPayout(tx, input)
      return readPayout(ctx, input.id)
    },
  }),
  withdraw: mutation({
    access: 'finance.write',
    policy,
    summary: 'Take back a payout that was not paid yet',
    rest: { method: 'POST', path: '/payouts/{id}/withdraw' },
    input: schema.withdrawPayoutInput,
    output: schema.payoutOut,
    run: async (tx, input, ctx) => {
      await withdrawPayout(tx, input)
      return readPayout(ctx, input.id)
    },
  }),
  setShare: mutation({
    access: 'finance.write',
    policy,
    summary: 'Set a model’s share of what her bookings earn from now on',
    rest: { method: 'POST', path: '/payouts/shares' },
    input: schema.shareInput,
    output: schema.shareOut,
    run: async (tx, input) => {
      await setShare(tx, input)
      return { modelId: input.modelId, basisPoints: input.basisPoints }
    },
  }),
})
