import { z } from 'zod'
import { LIFECYCLES } from '#server/lifecycle/all.ts'
import { type CallCtx, nothing, query, router } from '#server/trpc/init.ts'

const lifecyclesOut = z.object({
  items: z.array(
    z.object({
      noun: z.string(),
      states: z.array(z.object({ name: z.string(), initial: z.boolean(), final: z.boolean(), count: z.number() })),
      edges: z.array(
        z.object({
          from: z.string(),
          to: z.string(),
          event: z.string(),
          label: z.string(),
          rules: z.array(z.string()),
          /** Asked for by the clock or another operation, not by a button. */
          automatic: z.boolean(),
        }),
      ),
    }),
  ),
})

const TABLES = {
  inquiry: 'inquiries',
  booking: 'bookings',
  task: 'tasks',
  exception: 'exceptions',
  model: 'models',
  payment: 'payments',
} as const

function tableOf(noun: string): (typeof TABLES)[keyof typeof TABLES] {
  const table = Object.entries(TABLES).find(([known]) => known === noun)?.[1]
  if (!table) throw new Error(`no table is known for the lifecycle of a ${noun}`)
  return table
}

/** How many stand in each state, counted from an index that starts with the status. */
async function countByStatus(ctx: CallCtx, noun: string): Promise<Map<string, number>> {
  const rows = await ctx.db
    .selectFrom(tableOf(noun))
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  return new Map(rows.map((row) => [row.status, row.count]))
}

/** Every machine as its definition says, with how many stand where. */
async function listLifecycles(ctx: CallCtx) {
  const items = await Promise.all(
    LIFECYCLES.map(async ({ noun, initial, states, edges }) => {
      const counts = await countByStatus(ctx, noun)
      return {
        noun,
        states: states.map((state) => ({ ...state, initial: initial.includes(state.name), count: counts.get(state.name) ?? 0 })),
        edges: edges.map(({ from, to, event, rules, meta }) => ({
          from,
          to,
          event,
          label: meta.label,
          rules: [...rules],
          automatic: meta.automatic ?? false,
        })),
      }
    }),
  )
  return { items }
}

export const lifecycleRouter = router({
  list: query({
    access: 'lifecycles.read',
    policy: 'none: only counts, of all entities',
    summary: 'Every lifecycle: states, transitions, and how many stand where',
    rest: { method: 'GET', path: '/lifecycles' },
    input: nothing,
    output: lifecyclesOut,
    run: listLifecycles,
  }),
})
