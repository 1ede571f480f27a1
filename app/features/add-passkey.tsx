import { useSubmit } from '@remix-run/react'
import { type FormEvent, useState } from 'react'
import { paths } from '../paths.ts'
import type { Refused } from '../problem.ts'
import { ActionForm, Field, FormProblem, Input, Submit } from '../ui/form.tsx'
import { useHasPasskeys } from './passkey-button.tsx'
import { CeremonyEnded, makePasskey } from './passkey-device.ts'

/** The form that makes a passkey: a name, then the device asks to be unlocked. */
export function AddPasskey({ refused }: { refused?: Refused }) {
  const has = useHasPasskeys()
  const submit = useSubmit()
  const [state, setState] = useState<{ waiting: boolean; said?: string }>({ waiting: false })
  if (!has) {
    return (
      <p className="text-sm text-muted">
        Passkeys need a browser that has them, scripts, and an address with https (or localhost).
      </p>
    )
  }
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setState({ waiting: true })
    try {
      const { challengeId, response } = await makePasskey('/api/v1/me/passkeys/options')
      form.set('challengeId', challengeId)
      form.set('response', response)
      submit(form, { method: 'post', action: paths.passkeys() })
      setState({ waiting: false })
    } catch (error) {
      setState({ waiting: false, said: error instanceof CeremonyEnded ? error.message : 'That did not work. Try again.' })
    }
  }
  return (
    <ActionForm intent="add" refused={refused} onSubmit={make} className="flex flex-col gap-3">
      <FormProblem own={['name']} />
      <Field name="name" label="Name" required hint="Such as “Work laptop”.">
        <Input maxLength={80} autoComplete="off" />
      </Field>
      {state.said ? (
        <p role="alert" className="text-sm font-medium text-bad-ink">
          {state.said}
        </p>
      ) : null}
      <Submit className="self-start" busy="Saving…">
        {state.waiting ? 'Waiting for your device…' : 'Add a passkey'}
      </Submit>
    </ActionForm>
  )
}
