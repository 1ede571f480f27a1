import { initTRPC } from '@trpc/server'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '#db/client.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { idsFrom, systemClock } from '#server/context.ts'
import { createApp } from '#server/http/app.ts'
import { type Operation, operations } from '#server/http/rest.ts'
import { type AppRouter, appRouter } from '#server/trpc/router.ts'
import { TEST_SECRET } from '#tests/support/context.ts'
import {
  OTHER_ROUTES,
  problemsOfOperations,
  problemsOfRoutes,
  problemsOfScreens,
  proceduresIn,
  screenModules,
} from '#tests/support/inventory.ts'

const listed = operations()
const names = new Set(listed.map((operation) => operation.name))

/** The app with nothing behind it: only its routes are read. */
function emptyApp() {
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', max: 1, name: 'none' })
  return createApp({
    ...database,
    clock: systemClock,
    rng: Math.random,
    ids: idsFrom(systemClock),
    log: pino({ level: 'silent' }),
    sessions: createSessions(database.db, systemClock),
    hub: {
      ready: Promise.resolve(),
      state: () => ({ listening: false, lastSeq: null, subscribers: 0 }),
      subscribe: () => ({ close() {} }),
      stop: async () => {},
    },
    watch: { isUp: () => false, check: async () => false, suspect() {}, stop: async () => {} },
    wakeRelay() {},
    appUrl: 'http://localhost:3000',
    secretKey: TEST_SECRET,
    secrets: createSecretBox([TEST_SECRET]),
    trustedHops: 0,
    clientFiles: 'build/client',
    pages: async () => new Response(),
  })
}

describe('the inventory (S1)', () => {
  test('every procedure declares kind, access, policy, summary, strict input and output, and a route of its own', () => {
    expect(listed.length).toBeGreaterThan(70)
    expect(problemsOfOperations(listed)).toEqual([])
  })

  test('what a stranger may call is exactly this', () => {
    const open = listed.filter((operation) => operation.meta.access === 'public').map((operation) => operation.name)
    expect(open.sort()).toEqual([
      'auth.finishSignIn',
      'auth.login',
      'auth.pendingSignIn',
      'catalogue.locations',
      'catalogue.services',
      'checkout.answerTestBank',
      'checkout.cancel',
      'checkout.cancelPreview',
      'checkout.payWithTestCard',
      'checkout.state',
      'inquiries.formToken',
      'inquiries.submit',
      'invitations.accept',
      'invitations.open',
      'passkeys.signIn',
      'passkeys.signInOptions',
      'passwordResets.complete',
      'passwordResets.open',
      'passwordResets.request',
    ])
  })

  test('nothing answers over HTTP that is neither a procedure nor named with its access', () => {
    expect(problemsOfRoutes(emptyApp(), listed)).toEqual([])
    for (const access of Object.values(OTHER_ROUTES)) expect(access.length).toBeGreaterThan(5)
  })

  test('every loader and action goes through apiFrom(context), and app/ takes only types from the server', () => {
    const modules = screenModules()
    expect(modules.filter(({ file }) => file.startsWith('routes/')).length).toBeGreaterThan(30)
    expect(problemsOfScreens(modules, names)).toEqual([])
  })

  test('of each screen it is known which procedures it asks, and so who may', () => {
    const asked = screenModules().map(({ file, source }) => ({ file, procedures: proceduresIn(source) }))
    expect(asked.find(({ file }) => file === 'routes/admin.tasks.$id/route.tsx')?.procedures).toEqual([
      'tasks.addNote',
      'tasks.assign',
      'tasks.get',
      'tasks.setStatus',
    ])
    const unguarded = asked
      .filter(({ file }) => file.startsWith('routes/admin.'))
      .flatMap(({ file, procedures }) => procedures.map((name) => ({ file, name })))
      .filter(({ name }) => listed.find((operation) => operation.name === name)?.meta.access === 'public')
      .filter(({ name }) => !name.startsWith('catalogue.'))
    expect(unguarded).toEqual([])
  })
})

describe('negative control: the inventory notices', () => {
  const fine: Operation = {
    name: 'planted.read',
    meta: {
      kind: 'query',
      access: 'models.read',
      policy: 'none: it was planted',
      summary: 'Planted',
      rest: { method: 'GET', path: '/planted/{id}' },
      input: z.strictObject({ id: z.string() }),
      output: z.object({}),
    },
  }
  const planted = (meta: Partial<Operation['meta']>): Operation => ({ name: 'planted.other', meta: { ...fine.meta, ...meta } })

  test('a procedure that does not declare itself', () => {
    const t = initTRPC.create()
    const router = t.router({ planted: t.procedure.query(() => 'here I am') })
    // Only what operations() reads: the flat record of procedures.
    const withPlanted = Object.create(appRouter, {
      _def: { value: { ...appRouter._def, procedures: { ...appRouter._def.procedures, ...router._def.procedures } } },
    }) as AppRouter
    expect(() => operations(withPlanted)).toThrow('procedure planted does not declare itself')
  })

  test('a loose input, a missing policy, a write by GET and a route given twice', () => {
    expect(problemsOfOperations([fine])).toEqual([])
    expect(problemsOfOperations([fine, planted({ rest: { method: 'GET', path: '/planted/{key}' } })])).toEqual([
      'planted.other: has the same route as planted.read',
      'planted.other: takes no key from its path',
    ])
    expect(
      problemsOfOperations([
        planted({ rest: undefined, input: z.strictObject({ inner: z.object({ a: z.string() }).optional() }) }),
      ]),
    ).toEqual(['planted.other: takes unknown fields at input.properties.inner'])
    expect(problemsOfOperations([planted({ policy: '' })])).toEqual(['planted.other: declares no policy'])
    expect(problemsOfOperations([planted({ kind: 'mutation' })])).toEqual(['planted.other: reads are GET and only they'])
  })

  test('a route beside the procedures', () => {
    const app = emptyApp()
    app.get('/api/v1/secret-door', (c) => c.text('in'))
    expect(problemsOfRoutes(app, listed)).toEqual(['GET /api/v1/secret-door: not in the inventory'])
  })

  test('a screen that takes more than types, goes around the door, or asks what there is not', () => {
    const source = `import { openDatabase } from '#db/client.ts'
import type { Caller } from '#server/trpc/router.ts'
export const loader = async ({ context }) => context.api.bookings.everything({})
`
    expect(problemsOfScreens([{ file: 'routes/planted/route.tsx', source }], names)).toEqual([
      'routes/planted/route.tsx: imports more than types from #db/client.ts',
      'routes/planted/route.tsx: goes around apiFrom',
      'routes/planted/route.tsx: its loader is not made by screen(…)',
      'routes/planted/route.tsx: calls bookings.everything, which there is not',
    ])
  })
})
