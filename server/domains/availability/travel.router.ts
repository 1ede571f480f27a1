import { mutation, query, router } from '#server/trpc/init.ts'
import { setTravel } from './set-travel.ts'
import { listTravel } from './travel.queries.ts'
import * as schema from './travel.schema.ts'

export const travelRouter = router({
  list: query({
    access: 'catalogue.read',
    policy: 'none: places are the agency’s own',
    summary: 'Minutes from place to place',
    rest: { method: 'GET', path: '/availability/travel-times' },
    input: schema.listTravelInput,
    output: schema.travelList,
    run: listTravel,
  }),
  set: mutation({
    access: 'availability.rules',
    policy: 'none: places are the agency’s own',
    summary: 'Say how long the way between two places takes',
    rest: { method: 'PUT', path: '/availability/travel-times' },
    input: schema.setTravelInput,
    output: schema.travelSet,
    run: setTravel,
  }),
})
