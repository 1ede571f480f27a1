import pino from 'pino'
import { throwawaySecretBox } from '#server/auth/secret-box.ts'
import { consumeInOrder } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import { startRunner } from '#workers/runner.ts'
import { HANDLERS } from '#workers/tasks/index.ts'

/**
 * A runner as its process has it, whose event job leaves countable traces: an audit row per effect. It lingers after
 * its effect, so that a kill often falls between the effect and its completion. `VIREL_TEST_UNMARKED=1` plants the
 * bug: the effect without its mark.
 */
const [, , url = '', lingerMs = '0'] = process.argv
const runner = await startRunner({
  queue: 'ops',
  url,
  log: pino({ level: 'fatal' }),
  appUrl: 'http://localhost',
  secrets: throwawaySecretBox,
  handlers: {
    ...HANDLERS,
    async 'event-react'(ctx, { eventId }) {
      await transact(ctx, async (tx) => {
        const effect = async (id: string) => tx.audit({ action: 'test.effect', entityType: 'test', entityId: id })
        if (process.env.VIREL_TEST_UNMARKED === '1') await effect(eventId)
        else await consumeInOrder(tx, 'event-react', eventId, (event) => effect(event.id))
      })
      await new Promise((resolve) => setTimeout(resolve, Number(lingerMs)))
    },
  },
})
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => runner.stop().then(() => process.exit(0)))
runner.finished.catch(() => process.exit(1))
process.send?.('ready')
