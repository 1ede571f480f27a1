import { query, router } from '#server/trpc/init.ts'
import { readDashboard } from './dashboard.queries.ts'
import { dashboardInput, dashboardOut } from './dashboard.schema.ts'

export const dashboardRouter = router({
  read: query({
    access: 'signed_in',
    policy: 'each number by the permission of the list it opens, and of the rows that list would show: visibleInquiries, …',
    summary: 'The figures of the first page: what came in, what is coming, what is under way, what is late',
    rest: { method: 'GET', path: '/dashboard' },
    input: dashboardInput,
    output: dashboardOut,
    run: readDashboard,
  }),
})
