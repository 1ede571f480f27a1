import type { FormReader } from '../../form.server.ts'

/** The free time a button chose in place of what the form's fields say; undefined when none did. */
export function readPick(form: FormReader): { modelId: string; start: string; end: string } | undefined {
  const [modelId, start, end] = form.text('pick').split(' ')
  return modelId && start && end ? { modelId, start, end } : undefined
}

/** A reason to set a rule of availability aside; undefined when none was given. */
export function readOverride(form: FormReader): { reason: string } | undefined {
  const reason = form.optional('override')
  return reason ? { reason } : undefined
}
