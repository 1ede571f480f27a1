import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { PasskeySignIn } from '../../features/passkey-button.tsx'
import { SignInFrame } from '../../features/sign-in-frame.tsx'
import { newDeviceText } from '../../features/sign-in-words.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { problemFrom } from '../../problem.server.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'Sign in · Virel' }]

export const loader = screen(async ({ user, url }) => {
  const redirectTo = localPath(url.searchParams.get('redirectTo'))
  if (user) throw redirect(redirectTo)
  return { redirectTo }
})

export const action = actions({
  'sign-in': async (form, { api }) => {
    const redirectTo = localPath(form.text('redirectTo'))
    const email = form.requiredText('email', 'Type your email address.')
    const password = form.text('password')
    if (password === '') form.refuse('password', 'Type your password.')
    form.check()
    try {
      const { isNewDevice } = await api.auth.login({ email, password })
      return { to: redirectTo, ...(isNewDevice ? { say: newDeviceText, tone: 'info' as const } : {}) }
    } catch (error) {
      if (problemFrom(error)?.code === 'second_factor_required') throw redirect(paths.signInCode(redirectTo), 303)
      throw error
    }
  },
})

export default function SignIn() {
  const { redirectTo } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <SignInFrame title="Sign in">
      <ActionForm intent="sign-in" refused={refused} carry={{ redirectTo }} className="flex flex-col gap-3" replace>
        <FormProblem own={['email', 'password']} />
        <Field name="email" label="Email" required>
          <Input type="email" autoComplete="username" autoFocus maxLength={254} />
        </Field>
        <Field name="password" label="Password" required>
          <Input type="password" autoComplete="current-password" maxLength={200} />
        </Field>
        <Submit busy="Signing in…" className="mt-1 w-full">
          Sign in
        </Submit>
      </ActionForm>
      <div className="mt-3">
        <PasskeySignIn redirectTo={redirectTo} />
      </div>
      <p className="mt-6 text-sm">
        <TextLink to={paths.forgotPassword()}>Forgot your password?</TextLink>
      </p>
      <p className="mt-2 text-sm text-muted">
        Looking for someone for your event? <TextLink to={paths.inquiry()}>Send an inquiry</TextLink>.
      </p>
    </SignInFrame>
  )
}
