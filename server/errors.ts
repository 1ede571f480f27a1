import type { TransitionFacts } from '#server/lifecycle/refusal.ts'
import type { AuditEntry } from '#server/transact.ts'

/** The codes a client can rely on, with their HTTP status. */
export const ERROR_STATUS = {
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
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

export const ERROR_TITLE: Record<ErrorCode, string> = {
  malformed: 'The request could not be read',
  unauthenticated: 'Sign in first',
  second_factor_required: 'A second factor is needed',
  forbidden: 'Not allowed',
  reauthenticate: 'Confirm that it is you',
  enrol_second_factor: 'Set up a second factor first',
  cross_site: 'Request from another site refused',
  not_found: 'Not found',
  transition_refused: 'This step is not possible now',
  taken: 'That time is taken',
  stale_write: 'Changed by someone else meanwhile',
  conflict: 'Not possible in the current state',
  idempotency_key_running: 'The first request with this key is still running',
  too_large: 'Too large',
  unsupported_media_type: 'Unsupported media type',
  invalid: 'Some fields need attention',
  idempotency_key_reused: 'This Idempotency-Key was used for another request',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'Briefly unavailable',
}

export interface FieldError {
  /** Dotted path of the input field, e.g. `client.email`. */
  path: string
  message: string
}

/** What a refusal carries besides its words; merged into the problem document. */
export interface ErrorFacts extends Partial<TransitionFacts> {
  errors?: FieldError[]
  conflict?: { from: string; to: string }
  alternatives?: { modelId: string; modelName: string; start: string; end: string }[]
  /** What forbids a time, worst first; `change` is the smallest change that would satisfy the rule. */
  reasons?: { rule: string; overridable: boolean; text: string; change: string | null }[]
  /** Someone with the right may set all of them aside. */
  overridable?: boolean
  changed?: Record<string, unknown>
  currentVersion?: number
  changedBy?: string
  changedAt?: string
  retryAfterSeconds?: number
  /** Second factors that would be taken: `totp` (or a recovery code in its place), `passkey`. */
  methods?: string[]
}

/**
 * An expected refusal: `message` is text for people. Anything thrown that is not an AppError is a bug and is shown
 * as `internal` without its words.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts
  /** Written to the audit log after the rollback: refused steps leave a trace too. */
  trace: AuditEntry | undefined
  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }
  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

export function notFound(what: string): AppError {
  return new AppError('not_found', `There is no such ${what}, or it is not yours to see.`)
}

export function invalid(path: string, message: string): AppError {
  return new AppError('invalid', message, { errors: [{ path, message }] })
}

/** RFC 9457 problem document of an error. */
export function problemOf(error: AppError, requestId: string): Record<string, unknown> {
  return {
    type: `urn:virel:problem:${error.code}`,
    title: ERROR_TITLE[error.code],
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...error.facts,
  }
}
