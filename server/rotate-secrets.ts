import { openDatabase } from '#db/client.ts'
import { rotateSecrets } from '#server/auth/rotate-secrets.ts'
import { SEALED_COLUMNS } from '#server/auth/sealed-columns.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { readEnv, secretKeysOf } from './env.ts'

/**
 * `npm run secrets:rotate`: after SECRET_KEY was replaced (the one before in SECRET_KEY_BEFORE) and all processes were
 * restarted with both. Once it says that nothing is left, SECRET_KEY_BEFORE can go.
 */
const env = readEnv()
const database = openDatabase({ url: env.DATABASE_URL, max: 2, name: 'virel-rotate' })
const tell = (text: string) => process.stdout.write(`${text}\n`)
try {
  const columns = await rotateSecrets(database.db, createSecretBox(secretKeysOf(env)), SEALED_COLUMNS)
  for (const { table, column, resealed, current, overtaken, lost } of columns) {
    tell(`${table}.${column}: ${resealed} sealed anew, ${current} had the present key, ${overtaken} were written meanwhile.`)
    if (lost.length > 0) tell(`  ${lost.length} open with no given key: ${lost.slice(0, 20).join(', ')}`)
  }
  const lost = columns.some((one) => one.lost.length > 0)
  tell(lost ? 'Keep SECRET_KEY_BEFORE, or find the key that sealed the rows above.' : 'Nothing needs SECRET_KEY_BEFORE any more.')
  if (lost) process.exitCode = 1
} finally {
  await database.close()
}
