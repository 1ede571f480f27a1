/** A refusal as a page shows it; the same facts as problem+json. */
export interface Problem {
  status: number
  code: string
  title: string
  detail: string
  errors?: { path: string; message: string }[]
  rule?: string
  possible?: string[]
  conflict?: { from: string; to: string }
  alternatives?: { modelId: string; modelName: string; start: string; end: string }[]
  /** What forbids a time, worst first. */
  reasons?: { rule: string; overridable: boolean; text: string; change: string | null }[]
  /** Whoever may set rules aside could have it all the same. */
  overridable?: boolean
  changed?: Record<string, unknown>
  changedBy?: string
  changedAt?: string
  currentVersion?: number
  retryAfterSeconds?: number
}

/** What a refused form post leaves on the page: which form, why, and what had been typed. */
export interface Refused {
  intent: string
  problem: Problem
  values: Record<string, string[]>
}

/** What a form post answers once and nowhere else: a secret just made. It is in no address, cookie or log. */
export interface Told {
  told: Record<string, string>
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'title' in value && 'code' in value
}
