import { mutation, query, router } from '#server/trpc/init.ts'
import { listRules, readRule } from './rule.queries.ts'
import * as schema from './rule.schema.ts'
import { createRule, deleteRule, updateRule } from './save-rule.ts'

const policy = 'readableRules: all, for who may read models'

export const ruleRouter = router({
  list: query({
    access: 'models.read',
    policy,
    summary: 'Rules of availability: hours, blackouts, notice, step, limits, buffers',
    rest: { method: 'GET', path: '/availability/rules' },
    input: schema.listRulesInput,
    output: schema.ruleList,
    run: listRules,
  }),
  get: query({
    access: 'models.read',
    policy,
    summary: 'One rule of availability',
    rest: { method: 'GET', path: '/availability/rules/{id}' },
    input: schema.byId,
    output: schema.ruleOut,
    run: (ctx, { id }) => readRule(ctx, id),
  }),
  create: mutation({
    access: 'availability.rules',
    policy: 'none: makes a new one',
    summary: 'Make a rule for everyone, for a place or for one model',
    rest: { method: 'POST', path: '/availability/rules', status: 201 },
    input: schema.createRuleInput,
    output: schema.ruleOut,
    run: async (tx, input, ctx) => readRule(ctx, await createRule(tx, input)),
  }),
  update: mutation({
    access: 'availability.rules',
    policy,
    summary: 'Change what a rule says, or whether it holds',
    rest: { method: 'PATCH', path: '/availability/rules/{id}' },
    input: schema.updateRuleInput,
    output: schema.ruleOut,
    run: async (tx, input, ctx) => {
      await updateRule(tx, input)
      return readRule(ctx, input.id)
    },
  }),
  delete: mutation({
    access: 'availability.rules',
    policy,
    summary: 'Take a rule away',
    rest: { method: 'DELETE', path: '/availability/rules/{id}' },
    input: schema.byId,
    output: schema.gone,
    run: (tx, { id }) => deleteRule(tx, id),
  }),
})
