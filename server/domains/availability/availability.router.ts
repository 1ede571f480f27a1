import { query, router } from '#server/trpc/init.ts'
import { dayExceptionRouter } from './day-exception.router.ts'
import { readFree, readWhy } from './free.queries.ts'
import * as schema from './free.schema.ts'
import { ruleRouter } from './rule.router.ts'
import { slotRouter } from './slot.router.ts'
import { timelineProcedures } from './timeline.router.ts'
import { travelRouter } from './travel.router.ts'

const access = 'models.read'
const policy = 'readableModels: free or not; which booking is in the way only by visibleBookings'

export const availabilityRouter = router({
  ...timelineProcedures,
  free: query({
    access,
    policy,
    summary: 'When a model could be held',
    rest: { method: 'GET', path: '/availability/free' },
    input: schema.freeInput,
    output: schema.freeOut,
    run: readFree,
  }),
  why: query({
    access,
    policy,
    summary: 'Why a time of a model is not offered, and the smallest change that would make it possible',
    rest: { method: 'GET', path: '/availability/why' },
    input: schema.whyInput,
    output: schema.whyOut,
    run: readWhy,
  }),
  rules: ruleRouter,
  slots: slotRouter,
  exceptions: dayExceptionRouter,
  travel: travelRouter,
})
