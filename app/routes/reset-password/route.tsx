import type { MetaFunction } from '@remix-run/node'
import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { NEW_PASSWORD_FIELDS, NewPassword } from '../../features/new-password.tsx'
import { SignInFrame } from '../../features/sign-in-frame.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { clearLink, keepLink, readLink } from '../../link-cookie.server.ts'
import { newPassword } from '../../new-password.server.ts'
import { paths } from '../../paths.ts'
import { problemFrom } from '../../problem.server.ts'
import { actions, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'New password · Virel' }, { name: 'robots', content: 'noindex' }]

export const loader = screen(async ({ api, url, request, context }) => {
  const token = url.searchParams.get('token')
  if (token) throw redirect(paths.resetPassword(), { headers: { 'Set-Cookie': keepLink('/reset-password', token, context) } })
  const kept = readLink('/reset-password', request)
  if (kept === '') return { whose: null }
  const whose = await api.passwordResets.open({ token: kept }).catch((error: unknown) => {
    if (problemFrom(error)?.code === 'not_found') return null
    throw error
  })
  return { whose }
})

export const action = actions({
  reset: async (form, { api, request, context }) => {
    const password = newPassword(form)
    await api.passwordResets.complete({ token: readLink('/reset-password', request), password })
    return {
      to: paths.signIn(),
      say: 'Your password is changed and you are signed out everywhere. Sign in with the new one.',
      cookies: [clearLink('/reset-password', context)],
    }
  },
})

export default function ResetPassword() {
  const { whose } = useLoaderData<typeof loader>()
  const refused = useRefused()
  if (!whose) {
    return (
      <SignInFrame title="This link does not work">
        <p className="mb-4 text-sm text-muted">It was used already, is older than an hour, or was replaced by a newer one.</p>
        <LinkButton to={paths.forgotPassword()} tone="primary">
          Ask for a new one
        </LinkButton>
      </SignInFrame>
    )
  }
  return (
    <SignInFrame title="Choose a new password">
      <p className="mb-4 text-sm text-muted">For {whose.email}. You will be signed out everywhere.</p>
      <ActionForm intent="reset" refused={refused} className="flex flex-col gap-3" replace>
        <FormProblem own={NEW_PASSWORD_FIELDS} />
        <NewPassword email={whose.email} />
        <Submit className="mt-1 w-full">Save the new password</Submit>
      </ActionForm>
    </SignInFrame>
  )
}
