import { TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { AppError, type FieldError } from '#server/errors.ts'

/** A sender may name a field a megabyte long; its name is not sent back whole, nor what no JSON reader takes. */
function shortened(key: string): string {
  return key.toWellFormed().slice(0, 100)
}

/** Zod's issues as fields a person can find: at most 50. */
export function fieldErrors(error: ZodError): FieldError[] {
  const fields = error.issues.slice(0, 50).flatMap((issue) => {
    const path = issue.path.map((part) => shortened(String(part))).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.slice(0, 50).map((key) => ({
      path: [path, shortened(key)].filter(Boolean).join('.'),
      message: 'is not a known field',
    }))
  })
  return fields.slice(0, 50)
}

function sentence(errors: FieldError[]): string {
  const [first, ...rest] = errors
  if (!first) return 'The input is not valid.'
  const more = rest.length > 0 ? ` (and ${rest.length} more)` : ''
  return `${first.path ? `${first.path} ` : ''}${first.message}${more}.`.replace(/\.\.$/, '.')
}

/**
 * Any thrown thing as an AppError: refusals as they are, bad input as `invalid` (`malformed` for reads, whose input
 * is the address), an unreachable database as `unavailable`, the rest as `internal` without its words.
 */
export function toAppError(error: unknown, type: 'query' | 'mutation' | 'subscription' | 'unknown' = 'unknown'): AppError {
  if (error instanceof AppError) return error
  if (error instanceof ZodError) {
    const errors = fieldErrors(error)
    return new AppError(type === 'query' ? 'malformed' : 'invalid', sentence(errors), { errors })
  }
  if (error instanceof TRPCError) {
    if (error.cause instanceof AppError || error.cause instanceof ZodError) return toAppError(error.cause, type)
    if (error.code === 'NOT_FOUND') return new AppError('not_found', 'There is no such procedure.')
    // Anything else that a schema throws is a bug of the schema, not of who sent the input.
    const isBug = error.cause instanceof Error && !(error.cause instanceof SyntaxError) && !(error.cause instanceof TRPCError)
    if (!isBug && (error.code === 'BAD_REQUEST' || error.code === 'PARSE_ERROR'))
      return new AppError('malformed', 'The request body is not valid JSON.')
    if (error.code === 'UNSUPPORTED_MEDIA_TYPE') return new AppError('unsupported_media_type', 'Send JSON.')
    if (error.code === 'METHOD_NOT_SUPPORTED') return new AppError('malformed', 'This method is not supported here.')
    if (error.cause && error.cause !== error) return toAppError(error.cause, type)
  }
  if (isDatabaseAway(error))
    return new AppError('unavailable', 'The database can not be reached. Try again in a moment.', { retryAfterSeconds: 2 })
  return new AppError(
    'internal',
    'Something went wrong on our side. It has been logged; quote the request id when you ask about it.',
  )
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // starting up
  '08006',
  '08001',
  '08003',
  '53300', // too many connections
])
const CONNECTION_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed/i

export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && CONNECTION_CODES.has(error.code)) return true
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return CONNECTION_WORDS.test(error.message)
}
