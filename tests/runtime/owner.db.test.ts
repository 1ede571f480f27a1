import { expect, test } from 'vitest'
import { anonymous } from '#server/context.ts'
import { callerOf } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { runProgram } from '#tests/support/processes.ts'

const database = testDatabase()

test('the first owner of an agency without demo data is made by a command, and signs in with what it printed', async () => {
  const email = 'first@example.com'
  const made = runProgram('db/seed.ts', { DATABASE_URL: database().url }, ['--owner', email])
  expect(await made.ended).toEqual({ code: 0, signal: null })
  const password = /password (\S+) /.exec(made.output())?.[1] ?? ''
  const { user } = await callerOf(database(), anonymous).auth.login({ email, password })
  expect(user.roles).toEqual(['OWNER'])

  const again = runProgram('db/seed.ts', { DATABASE_URL: database().url }, ['--owner', email])
  expect(await again.ended).toEqual({ code: 1, signal: null })
  expect(again.output()).toBe(`There is a user ${email} already. Nothing was changed.\n`)
})
