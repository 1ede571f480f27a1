import { openDatabase } from '#db/client.ts'
import { runningUrl } from '#db/embedded.ts'
import { healSearch, tidySearch } from '#server/domains/search/index.ts'
import { loadDotEnv, parseEnv } from '#server/env.ts'

/** `npm run search:rebuild`: makes the search index of DATABASE_URL, or of the running product, what it should be, while all goes on. */

loadDotEnv()
const env = parseEnv(process.env)
const url = env.DATABASE_URL ?? runningUrl(env.VIREL_DATA_DIR)
if (url === undefined) {
  console.error('The product does not run and DATABASE_URL is not set. Start it with npm start, then ask again.')
  process.exit(1)
}
const database = openDatabase({ url, max: 1, name: 'virel-search-rebuild' })
try {
  const started = performance.now()
  const mended = await healSearch(database.db, {
    onPage(kind, last) {
      if (last === null) process.stdout.write(`${kind} looked through\n`)
    },
  })
  await tidySearch(database.db)
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  process.stdout.write(`${mended === 0 ? 'Nothing differed' : `${mended} rows were mended`} (${seconds} s).\n`)
} finally {
  await database.close()
}
