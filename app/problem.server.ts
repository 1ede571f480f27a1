import type { ERROR_STATUS, ErrorFacts, FieldError } from '#server/errors.ts'
import type { Problem } from './problem.ts'

/** Words for the heads of refusal pages; the sentence itself comes from the server. */
const TITLES: Record<keyof typeof ERROR_STATUS, string> = {
  malformed: 'That address could not be read',
  unauthenticated: 'Not signed in',
  second_factor_required: 'A second factor is needed',
  forbidden: 'Not allowed',
  reauthenticate: 'Confirm that it is you',
  enrol_second_factor: 'Set up a second factor first',
  cross_site: 'Request from another site refused',
  not_found: 'Not found',
  transition_refused: 'This step is not possible now',
  taken: 'That time is taken',
  stale_write: 'Changed by someone else meanwhile',
  conflict: 'Not possible now',
  idempotency_key_running: 'Still working on it',
  too_large: 'Too large',
  unsupported_media_type: 'Unsupported kind of file',
  invalid: 'Some fields need attention',
  idempotency_key_reused: 'This form was already sent',
  rate_limited: 'Too many attempts',
  internal: 'Something went wrong on our side',
  unavailable: 'Briefly unavailable',
}
const STATUS: typeof ERROR_STATUS = {
  malformed: 400,
  unauthenticated: 401,
  second_factor_required: 401,
  forbidden: 403,
  reauthenticate: 403,
  enrol_second_factor: 403,
  cross_site: 403,
  not_found: 404,
  transition_refused: 409,
  taken: 409,
  stale_write: 409,
  conflict: 409,
  idempotency_key_running: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  idempotency_key_reused: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
}

type Code = keyof typeof STATUS
const isCode = (value: unknown): value is Code => typeof value === 'string' && Object.hasOwn(STATUS, value)

function problem(code: Code, detail: string, facts: ErrorFacts = {}): Problem {
  const { errors, rule, possible, conflict, alternatives, reasons, overridable, changed, retryAfterSeconds } = facts
  return {
    status: STATUS[code],
    code,
    title: TITLES[code],
    detail,
    errors,
    rule,
    possible,
    conflict,
    alternatives,
    reasons,
    overridable,
    changed,
    retryAfterSeconds,
  }
}

/** A field of a form that can not be read as what it should be; thrown before the server is asked. */
export class FormError extends Error {
  readonly errors: FieldError[]
  constructor(errors: FieldError[]) {
    super(errors[0]?.message ?? 'The form is not complete.')
    this.errors = errors
  }
}

/**
 * A thrown refusal as the page shows it; undefined for a bug. Recognised by shape: the pages are a bundle of their own,
 * so the server's error classes are not the same objects here.
 */
export function problemFrom(error: unknown): Problem | undefined {
  if (error instanceof FormError) {
    return problem('invalid', error.errors.length > 1 ? `${error.errors.length} fields need attention.` : error.message, {
      errors: error.errors,
    })
  }
  if (!(error instanceof Error)) return undefined
  if (error.name === 'AppError' && 'code' in error && isCode(error.code)) {
    return problem(error.code, error.message, 'facts' in error ? (error.facts as ErrorFacts) : {})
  }
  if ((error.name === 'ZodError' || error.name === '$ZodError') && 'issues' in error && Array.isArray(error.issues)) {
    const errors = (error.issues as { path: PropertyKey[]; message: string }[]).map((issue) => ({
      path: issue.path.map(String).join('.'),
      message: issue.message,
    }))
    const first = errors[0]
    return problem('invalid', errors.length === 1 && first ? `${first.path} ${first.message}.` : 'Some fields need attention.', {
      errors,
    })
  }
  if (error.cause !== undefined && error.cause !== error) return problemFrom(error.cause)
  return undefined
}
