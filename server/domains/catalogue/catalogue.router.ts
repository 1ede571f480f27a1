import { nothing, query, router } from '#server/trpc/init.ts'
import { listLocations, listServices } from './catalogue.queries.ts'
import { locationsOut, servicesOut } from './catalogue.schema.ts'

const policy = 'none: what the agency offers and where is on its public pages'

export const catalogueRouter = router({
  services: query({
    access: 'public',
    policy,
    summary: 'Services by category',
    rest: { method: 'GET', path: '/services' },
    input: nothing,
    output: servicesOut,
    run: listServices,
  }),
  locations: query({
    access: 'public',
    policy,
    summary: 'Places with their zones',
    rest: { method: 'GET', path: '/locations' },
    input: nothing,
    output: locationsOut,
    run: listLocations,
  }),
})
