import type { AppLoadContext } from '@remix-run/node'
import type { FormReader } from './form.server.ts'

type Api = AppLoadContext['api']

/** What a device answered, as the button posted it; the procedure parses and refuses it. */
export function passkeyAnswer<Input extends { challengeId: string; response: unknown }>(form: FormReader): Input {
  let response: unknown
  try {
    response = JSON.parse(form.text('response'))
  } catch {
    form.refuse('response', 'The device’s answer could not be read. Try again.')
  }
  form.check()
  return { challengeId: form.text('challengeId'), response } as Input
}

export type Shown = Parameters<Api['passkeys']['signIn']>[0]
export type Made = Parameters<Api['passkeys']['add']>[0]
