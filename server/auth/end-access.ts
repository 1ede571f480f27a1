import type { Tx } from '#server/transact.ts'
import { hashOf } from './sessions.ts'

/**
 * Ends a person's sessions and forgets their devices, but for the session of `keepToken` and its device: for a new password,
 * a lost phone, someone who leaves. A forgotten device has no tries of its own left, and is new when it comes back.
 */
export function endAccess(tx: Tx, userId: string, keepToken?: string): void {
  const kept = keepToken === undefined ? '' : hashOf(keepToken)
  tx.send(
    tx.db
      .deleteFrom('known_devices')
      .where('user_id', '=', userId)
      .where('id', 'not in', (eb) =>
        eb
          .selectFrom('sessions')
          .select((one) => one.ref('device_id').$notNull().as('id'))
          .where('id', '=', kept)
          .where('device_id', 'is not', null),
      ),
  )
  tx.send(tx.db.deleteFrom('sessions').where('user_id', '=', userId).where('id', '<>', kept))
}
