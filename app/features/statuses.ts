import type { Tone } from '../ui/badge.tsx'
import { words } from '../ui/badge.tsx'
import type { Option } from '../ui/form.tsx'

/** How each status looks; one not named here is neutral, so a new state of a machine shows without a change here. */
const TONES: Record<string, Tone> = {
  new: 'info',
  qualified: 'accent',
  awaiting_client: 'plum',
  awaiting_deposit: 'warn',
  converted: 'good',
  lost: 'neutral',
  spam: 'neutral',
  draft: 'neutral',
  pending: 'info',
  deposit_required: 'warn',
  confirmed: 'good',
  in_progress: 'accent',
  completed: 'good',
  cancelled: 'neutral',
  no_show: 'bad',
  expired: 'neutral',
  open: 'info',
  done: 'good',
  failed: 'bad',
  investigating: 'plum',
  resolved: 'good',
  dismissed: 'neutral',
  active: 'good',
  inactive: 'neutral',
  suspended: 'bad',
  paid: 'good',
  partial: 'warn',
  unpaid: 'neutral',
  refunded: 'plum',
  succeeded: 'good',
  none: 'neutral',
}
export function statusTone(status: string): Tone {
  return TONES[status] ?? 'neutral'
}

const URGENCY: Record<string, Tone> = { critical: 'bad', high: 'warn', normal: 'neutral', medium: 'info', low: 'neutral' }
export function urgencyTone(level: string): Tone {
  return URGENCY[level] ?? 'neutral'
}

/** Steps that end something; asked twice. */
const ENDINGS = new Set(['cancelled', 'lost', 'spam', 'no_show', 'failed', 'suspended', 'dismissed', 'expired'])
export function isEnding(status: string): boolean {
  return ENDINGS.has(status)
}

/** Steps that only put something back; neither these nor endings are what is to be expected next. */
const BACKWARD = new Set(['open', 'inactive'])
export function isForward(status: string): boolean {
  return !isEnding(status) && !BACKWARD.has(status)
}

export function optionsOf(codes: readonly string[]): Option[] {
  return codes.map((code) => ({ value: code, label: words(code) }))
}

export const INQUIRY_STATUSES = ['new', 'qualified', 'awaiting_client', 'awaiting_deposit', 'converted', 'lost', 'spam'] as const
export const BOOKING_STATUSES = [
  'draft',
  'pending',
  'deposit_required',
  'confirmed',
  'in_progress',
  'completed',
  'cancelled',
  'no_show',
  'expired',
] as const
export const TASK_STATUSES = ['open', 'in_progress', 'done', 'failed', 'cancelled'] as const
export const EXCEPTION_STATUSES = ['open', 'investigating', 'resolved', 'dismissed'] as const
export const MODEL_STATUSES = ['active', 'inactive', 'suspended'] as const
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const
export const SOURCES = ['web', 'telegram', 'whatsapp', 'phone', 'partner'] as const
export const EXCEPTION_TYPES = [
  'payment_failed',
  'payment_dispute',
  'payment_difference',
  'no_show_risk',
  'overbooking',
  'mismatch',
  'policy_violation',
  'hold_expired',
  'job_failed',
  'other',
] as const
export const CALL_TYPES = ['incall', 'outcall'] as const
export const PAYMENT_METHODS = ['bank_transfer', 'card_terminal', 'cash', 'other'] as const
export const CHANNELS = ['email', 'phone', 'sms', 'whatsapp', 'telegram'] as const

/** Whose: mine, nobody's. */
export const WHOSE: readonly Option[] = [
  { value: 'me', label: 'Mine' },
  { value: 'none', label: 'Nobody’s' },
]
