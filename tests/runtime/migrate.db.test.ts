import { expect, inject, test } from 'vitest'
import { migrateToLatest } from '#db/migrator.ts'
import { createEmptyDatabase } from '#tests/support/database.ts'
import { runProgram } from '#tests/support/processes.ts'

test('four migrates at once on an empty database: one works, all succeed', async () => {
  const database = await createEmptyDatabase()
  const programs = [1, 2, 3, 4].map(() => runProgram('db/migrate.ts', { DATABASE_URL: database.url }))
  const ends = await Promise.all(programs.map((program) => program.ended))
  expect(ends).toEqual(Array(4).fill({ code: 0, signal: null }))
  const worked = programs.filter((program) => program.output().includes('ran 0001_identity'))
  expect(worked).toHaveLength(1)
  expect(await migrateToLatest(database.url)).toEqual([])
})

test('a database that is not there is an error, not a hang', async () => {
  const url = inject('adminUrl').replace(/\/postgres$/, '/nothing_here')
  await expect(migrateToLatest(url)).rejects.toThrow('database "nothing_here" does not exist')
})
