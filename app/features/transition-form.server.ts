import type { FormReader } from '../form.server.ts'
import { readOverride } from './time/picked.server.ts'

/** What the transition forms post, as the procedures take it. */
export function readTransition(form: FormReader) {
  const waiver = form.optional('waiver')
  const deposit = form.money('deposit')
  const override = readOverride(form)
  form.check()
  return {
    newStatus: form.text('newStatus'),
    reason: form.optional('reason'),
    version: form.version(),
    metadata: {
      ...(deposit ? { deposit } : {}),
      ...(waiver ? { waiver: { reason: waiver } } : {}),
      ...(override ? { override } : {}),
    },
  }
}

/** "B-1235 is now confirmed." */
export function nowIs(ref: string, status: string): string {
  return `${ref} is now ${status.replaceAll('_', ' ')}.`
}
