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
import { TextLink } from '../../ui/button.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'

export const meta: MetaFunction = () => [{ title: 'Join · Virel' }, { name: 'robots', content: 'noindex' }]

export const loader = screen(async ({ api, url, request, context }) => {
  const token = url.searchParams.get('token')
  if (token) throw redirect(paths.join(), { headers: { 'Set-Cookie': keepLink('/join', token, context) } })
  const kept = readLink('/join', request)
  if (kept === '') return { invitation: null }
  const invitation = await api.invitations.open({ token: kept }).catch((error: unknown) => {
    if (problemFrom(error)?.code === 'not_found') return null
    throw error
  })
  return { invitation }
})

export const action = actions({
  join: async (form, { api, request, context }) => {
    const password = newPassword(form)
    const { email } = await api.invitations.accept({ token: readLink('/join', request), password })
    const done = { to: paths.admin(), say: 'Welcome. Your account is ready.', cookies: [clearLink('/join', context)] }
    try {
      await api.auth.login({ email, password })
    } catch (error) {
      // Made all the same; only the way in is longer.
      if (!problemFrom(error)) throw error
      return { ...done, to: paths.signIn(), say: 'Your account is ready. Sign in with the password you chose.' }
    }
    return done
  },
})

export default function Join() {
  const { invitation } = useLoaderData<typeof loader>()
  const refused = useRefused()
  if (!invitation) {
    return (
      <SignInFrame title="This link does not work">
        <p className="text-sm text-muted">
          It was used already, has expired, or was replaced by a newer one. Ask who invited you to send it again.
        </p>
        <p className="mt-4 text-sm">
          <TextLink to={paths.signIn()}>Sign in</TextLink>
        </p>
      </SignInFrame>
    )
  }
  return (
    <SignInFrame title={`Welcome, ${invitation.name}`}>
      <p className="mb-4 text-sm text-muted">
        You join as {invitation.email}
        {invitation.roles.length > 0 ? `, ${invitation.roles.join(', ')}` : ''}. Choose the password you will sign in with.
      </p>
      <ActionForm intent="join" refused={refused} className="flex flex-col gap-3" replace>
        <FormProblem own={NEW_PASSWORD_FIELDS} />
        <NewPassword email={invitation.email} />
        <Submit busy="Making your account…" className="mt-1 w-full">
          Join
        </Submit>
      </ActionForm>
    </SignInFrame>
  )
}
