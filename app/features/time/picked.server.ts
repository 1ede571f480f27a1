import type { FormReader } from '../../form.server.ts'

/** The free time a button chose in place of what the form's fields say; undefined when none did. */
export function readPick(form: FormReader): { modelId: string; start: string; end: string } | undefined {
  const [modelId, start, end] = form.text('pick').split(' ')
  return modelId && start && end ? { modelId, start, end } : undefined
}

/** Which of the form's buttons was pressed first: the one of a free time goes on with that. */
export function readThen(form: FormReader): string {
  return form.optional('then') ?? form.text('pick').split(' ')[3] ?? ''
}

/** A reason to set a rule of availability aside; undefined when none was given. */
export function readOverride(form: FormReader): { reason: string } | undefined {
  const reason = form.optional('override')
  return reason ? { reason } : undefined
}
