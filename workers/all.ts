import { join } from 'node:path'
import { readEnv } from '#server/env.ts'
import { runnerSpecs, supervise } from '#server/supervisor.ts'

/** `npm run worker`: the three runners under a supervisor; with `--queue critical|ops|heavy` just that one. */
if (process.argv.includes('--queue')) {
  await import('./main.ts')
} else {
  readEnv({ secret: false })
  const tell = (message: string) => process.stderr.write(`${message}\n`)
  const supervisor = supervise(runnerSpecs(join(import.meta.dirname, '..'), process.env), { tell })
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void supervisor.stop().then(() => process.exit(0))
    })
  }
}
