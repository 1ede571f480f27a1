import { mutation, query, router } from '#server/trpc/init.ts'
import { createAdjustment, setAdjustmentActive } from './price-adjustments.ts'
import { publishPolicy } from './publish-policy.ts'
import { listAdjustments, listPolicies, readAdjustment, readPolicyVersion } from './refund-policy.queries.ts'
import * as schema from './refund-policy.schema.ts'

const policy = 'none beyond the permission: terms of the agency, about nobody'

export const refundPolicyRouter = router({
  list: query({
    access: 'finance.read',
    policy,
    summary: 'Versions of the refund policy, newest first',
    rest: { method: 'GET', path: '/refund-policies' },
    input: schema.listPoliciesInput,
    output: schema.policyList,
    run: listPolicies,
  }),
  publish: mutation({
    access: 'finance.write',
    fresh: true,
    policy,
    summary: 'Publish a new version of the refund policy, for bookings made from now on',
    rest: { method: 'POST', path: '/refund-policies', status: 201 },
    input: schema.publishPolicyInput,
    output: schema.policyOut,
    run: async (tx, input, ctx) => readPolicyVersion(ctx, await publishPolicy(tx, input)),
  }),
})

export const priceAdjustmentRouter = router({
  list: query({
    access: 'finance.read',
    policy,
    summary: 'Discounts and surcharges that apply by themselves, newest first',
    rest: { method: 'GET', path: '/price-adjustments' },
    input: schema.listAdjustmentsInput,
    output: schema.adjustmentList,
    run: listAdjustments,
  }),
  create: mutation({
    access: 'finance.write',
    policy,
    summary: 'Add a discount or surcharge to what is quoted from now on',
    rest: { method: 'POST', path: '/price-adjustments', status: 201 },
    input: schema.createAdjustmentInput,
    output: schema.adjustmentOut,
    run: async (tx, input, ctx) => readAdjustment(ctx, await createAdjustment(tx, input)),
  }),
  setActive: mutation({
    access: 'finance.write',
    policy,
    summary: 'Take a discount or surcharge out of use, or back into it',
    rest: { method: 'POST', path: '/price-adjustments/{id}/active' },
    input: schema.setAdjustmentActiveInput,
    output: schema.adjustmentOut,
    run: async (tx, input, ctx) => {
      await setAdjustmentActive(tx, input)
      return readAdjustment(ctx, input.id)
    },
  }),
})
