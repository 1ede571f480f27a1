import { query, router } from '#server/trpc/init.ts'
import { readActionCenter } from './action-center.queries.ts'
import { actionCenterInput, actionCenterOut } from './action-center.schema.ts'

export const actionCenterRouter = router({
  list: query({
    access: 'action_center.read',
    policy: 'visibleTasks and visibleExceptions, each only for who may read that kind',
    summary: 'What waits for a person: tasks and exceptions in working order, each with the steps possible now',
    rest: { method: 'GET', path: '/action-center' },
    input: actionCenterInput,
    output: actionCenterOut,
    run: readActionCenter,
  }),
})
