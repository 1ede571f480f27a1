import { runningUrl, startEmbedded } from '#db/embedded.ts'
import type { StartEnv } from '#server/env.ts'
import { LockedError, lockDataDir } from './data-dir.ts'

/**
 * For commands: runs `work` with the address of the database: DATABASE_URL's, the running product's, or our own, started
 * for this and stopped again.
 */
export async function withDatabase<T>(
  env: Pick<StartEnv, 'DATABASE_URL' | 'VIREL_DATA_DIR'>,
  tell: (message: string) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (env.DATABASE_URL) return work(env.DATABASE_URL)
  let unlock: () => void
  try {
    unlock = lockDataDir(env.VIREL_DATA_DIR)
  } catch (error) {
    const url = error instanceof LockedError ? runningUrl(env.VIREL_DATA_DIR) : undefined
    if (url) return work(url)
    throw error
  }
  try {
    const server = await startEmbedded({ dataDir: env.VIREL_DATA_DIR, log: tell })
    try {
      return await work(server.url)
    } finally {
      await server.stop()
    }
  } finally {
    unlock()
  }
}
