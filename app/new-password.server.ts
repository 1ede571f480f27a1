import type { FormReader } from './form.server.ts'

/** The password typed twice into NewPassword; refused when the two differ. */
export function newPassword(form: FormReader): string {
  const password = form.text('password')
  if (password === '') form.refuse('password', 'Choose a password.')
  else if (password !== form.text('repeatPassword')) form.refuse('repeatPassword', 'The two are not the same.')
  form.check()
  return password
}
