import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { plant, planted } from '#tests/support/canaries.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

// The planted bug: somebody gives one field a plain text for its type.
vi.mock('#server/trpc/fields.ts', async (original) => ({
  ...(await original<typeof import('#server/trpc/fields.ts')>()),
  piiPhone: () => z.string().nullable(),
}))

const database = testDatabase()
let web: TestWeb
beforeAll(async () => {
  web = await startWeb(database())
})
afterAll(async () => {
  await web.close()
})

test('negative control of S3: masking off for one field, and that canary alone is seen', async () => {
  const made = await Fixtures.in(database())
  await plant(made, await makeUser(database(), 'OWNER'))
  const token = await web.signIn(await makeUser(database(), 'READ_ONLY'))
  const answer = JSON.stringify((await web.rest('GET', '/clients?limit=200', { token })).body)
  expect(answer).toContain(planted('clientPhone'))
  expect(answer).not.toContain(planted('clientEmail'))
  expect(answer).not.toContain(planted('clientName'))
})
