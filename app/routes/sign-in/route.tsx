import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useActionData, useLoaderData, useRouteLoaderData } from '@remix-run/react'
import { Brand } from '../../features/frame.tsx'
import { paths } from '../../paths.ts'
import type { RootData } from '../../root.tsx'
import { actions, localPath, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { FlashToast } from '../../ui/flash.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'Sign in · Virel' }]

export const loader = screen(async ({ user, url }) => {
  const redirectTo = localPath(url.searchParams.get('redirectTo'))
  if (user) throw redirect(redirectTo)
  return { redirectTo }
})

export const action = actions({
  'sign-in': async (form, { api }) => {
    const email = form.requiredText('email', 'Type your email address.')
    const password = form.text('password')
    if (password === '') form.refuse('password', 'Type your password.')
    form.check()
    await api.auth.login({ email, password })
    return { to: localPath(form.text('redirectTo')) }
  },
})

export default function SignIn() {
  const { redirectTo } = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const root = useRouteLoaderData<RootData>('root')
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-88 flex-col justify-center px-4 py-10">
      <div className="mb-6">
        <Brand to={paths.home()} label="Virel, start page" />
      </div>
      <h1 className="mb-4 text-xl font-semibold tracking-tight">Sign in</h1>
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
      <p className="mt-6 text-sm text-muted">
        Looking for someone for your event? <TextLink to={paths.inquiry()}>Send an inquiry</TextLink>.
      </p>
      <FlashToast flash={root?.flash ?? null} />
    </main>
  )
}
