import { EmbeddedError } from '#db/embedded.ts'
import { SettingError } from '#server/env.ts'

/** Why Virel can't start, in a sentence for the person at the terminal. */
export class StartError extends Error {}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const DISK_FULL = 'The disk is full. Free some space and start again.'

/** What went wrong in one sentence, or undefined when it is a bug and the stack is wanted. */
export function sentenceFor(error: unknown, dataDir: string): string | undefined {
  if (error instanceof SettingError || error instanceof EmbeddedError || error instanceof StartError) return error.message
  const text = error instanceof Error ? error.message : ''
  // A program we started (the builder) says it in words.
  if (/ENOSPC|No space left on device/.test(text)) return DISK_FULL
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case '53100':
      return DISK_FULL
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The data directory ${dataDir} can not be written. Give yourself the right to, or name another with VIREL_DATA_DIR.`
    case 'EEXIST':
    case 'ENOTDIR':
      return `The data directory ${dataDir} can not be made: something that is not a directory is in its place. Name another with VIREL_DATA_DIR.`
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ETIMEDOUT':
    case '28P01':
    case '28000':
    case '3D000':
      return `The database of DATABASE_URL can not be used: ${text || errorCode(error)}.`
    case '42501':
      return `The user of DATABASE_URL may not do what is needed: ${text}.`
    default:
      return undefined
  }
}
