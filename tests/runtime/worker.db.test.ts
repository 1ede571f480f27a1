import { expect, test } from 'vitest'
import { TEST_SECRET } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { findProcesses, processesOf, runProgram, testFolder, until } from '#tests/support/processes.ts'

const database = testDatabase()

/** `npm run worker`, found again by its data directory. */
function startWorker() {
  const dir = testFolder()
  const program = runProgram('workers/main.ts', {
    DATABASE_URL: database().url,
    SECRET_KEY: TEST_SECRET,
    VIREL_DATA_DIR: dir,
    LOG_LEVEL: 'warn',
  })
  return { dir, program, runners: () => findProcesses(dir, 'workers/main.ts --queue') }
}

async function beating(): Promise<number> {
  const rows = await database().db.selectFrom('worker_processes').select('id').where('stopped_at', 'is', null).execute()
  return rows.length
}

test('npm run worker runs three runners, starts a killed one again, and drains them on SIGTERM', async () => {
  const { dir, program, runners } = startWorker()
  await until(async () => (await beating()) === 3)
  const [killed] = runners()
  if (!killed) throw new Error('no runner')
  process.kill(killed, 'SIGKILL')
  await until(() => runners().length === 3 && !runners().includes(killed))
  program.child.kill('SIGTERM')
  expect(await program.ended).toEqual({ code: 0, signal: null })
  expect(processesOf(dir)).toEqual([])
})

test('runners whose supervisor was killed end by themselves', async () => {
  const { dir, program, runners } = startWorker()
  await until(() => runners().length === 3)
  program.child.kill('SIGKILL')
  await program.ended
  await until(() => processesOf(dir).length === 0)
})
