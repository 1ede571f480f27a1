import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { SignInFrame } from '../../features/sign-in-frame.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { Callout } from '../../ui/callout.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'Forgotten password · Virel' }]

export const loader = screen(async ({ url }) => ({ sent: url.searchParams.has('sent') }))

export const action = actions({
  ask: async (form, { api }) => {
    const email = form.requiredText('email', 'Type your email address.')
    form.check()
    await api.passwordResets.request({ email })
    return { to: paths.forgotPassword({ sent: 1 }) }
  },
})

export default function ForgotPassword() {
  const { sent } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <SignInFrame title="Forgot your password?">
      {sent ? (
        <Callout tone="good" title="If the address has an account, a link is on its way" role="status">
          It works once, for an hour. Until the agency sends mail, the owner hands it to you.
        </Callout>
      ) : (
        <ActionForm intent="ask" refused={refused} className="flex flex-col gap-3" replace>
          <p className="text-sm text-muted">Type your address, and you get a link to choose a new one.</p>
          <FormProblem own={['email']} />
          <Field name="email" label="Email" required>
            <Input type="email" autoComplete="username" autoFocus maxLength={254} />
          </Field>
          <Submit busy="Asking…" className="mt-1 w-full">
            Send me a link
          </Submit>
        </ActionForm>
      )}
      <p className="mt-6 text-sm">
        <TextLink to={paths.signIn()}>Back to sign in</TextLink>
      </p>
    </SignInFrame>
  )
}
