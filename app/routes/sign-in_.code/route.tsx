import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { OneTimeCode } from '../../features/one-time-code.tsx'
import { PasskeySignIn } from '../../features/passkey-button.tsx'
import { SignInFrame } from '../../features/sign-in-frame.tsx'
import { newDeviceText } from '../../features/sign-in-words.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { problemFrom } from '../../problem.server.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'Second factor · Virel' }]

export const loader = screen(async ({ api, user, url }) => {
  const redirectTo = localPath(url.searchParams.get('redirectTo'))
  if (user) throw redirect(redirectTo)
  try {
    const { name, methods } = await api.auth.pendingSignIn({})
    return { name, methods, redirectTo }
  } catch (error) {
    // The step is over, or there never was one.
    if (problemFrom(error)?.code === 'unauthenticated') throw redirect(paths.signIn(redirectTo))
    throw error
  }
})

export const action = actions({
  code: async (form, { api }) => {
    const code = form.requiredText('code', 'Type the code.')
    form.check()
    const { isNewDevice } = await api.auth.finishSignIn({ code })
    return { to: localPath(form.text('redirectTo')), ...(isNewDevice ? { say: newDeviceText, tone: 'info' as const } : {}) }
  },
})

export default function SecondStep() {
  const { name, methods, redirectTo } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <SignInFrame title="One more step">
      <p className="mb-4 text-sm text-muted">
        Hello {name}. Your password was right;{' '}
        {methods.includes('totp') ? 'now the code that your phone shows' : 'now your passkey'}.
      </p>
      {methods.includes('totp') ? (
        <ActionForm intent="code" refused={refused} carry={{ redirectTo }} className="flex flex-col gap-3" replace>
          <FormProblem own={['code']} />
          <OneTimeCode autoFocus />
          <Submit busy="Signing in…" className="mt-1 w-full">
            Sign in
          </Submit>
        </ActionForm>
      ) : (
        <PasskeySignIn redirectTo={redirectTo} />
      )}
      <p className="mt-6 text-sm text-muted">Lost your phone? A recovery code works here once. Without one ask the owner.</p>
      <p className="mt-2 text-sm">
        <TextLink to={paths.signIn(redirectTo)}>Start again</TextLink>
      </p>
    </SignInFrame>
  )
}
