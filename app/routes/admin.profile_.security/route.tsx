import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { FreshNote } from '../../features/fresh-note.tsx'
import { PasswordCard } from '../../features/password-card.tsx'
import { ProfileTabs } from '../../features/profile-tabs.tsx'
import { SecondFactorCard } from '../../features/second-factor-card.tsx'
import { SessionList } from '../../features/session-list.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { codesCookie } from '../../kept-codes.server.ts'
import { paths } from '../../paths.ts'
import { localPath } from '../../safe-redirect.ts'
import { actions, screen } from '../../screen.server.ts'
import { Card, Split } from '../../ui/card.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Security · Virel' }]
export const handle = { crumbs: () => [{ label: 'Profile', to: paths.profile() }, { label: 'Security' }] }

export const loader = screen(async ({ api, user }) => {
  const [security, sessions] = await Promise.all([api.auth.security({}), api.auth.sessions({})])
  return { security, sessions: sessions.items, email: user?.email ?? '' }
})

export const action = actions({
  password: async (form, { api }) => {
    if (form.text('newPassword') !== form.text('repeatPassword')) form.refuse('repeatPassword', 'The two are not the same.')
    form.check()
    await api.auth.changePassword({ currentPassword: form.text('currentPassword'), newPassword: form.text('newPassword') })
    return { to: paths.security(), say: 'Your password was changed. Your other sessions have ended.' }
  },
  end: async (form, { api }) => {
    await api.auth.endSession({ id: form.text('sessionId') })
    return { to: paths.security(), say: 'That session has ended.' }
  },
  'end-others': async (_form, { api }) => {
    const { ended } = await api.auth.endOtherSessions({})
    const say =
      ended === 0
        ? 'There was no other session.'
        : `${ended === 1 ? 'One other session has' : `${ended} other sessions have`} ended.`
    return { to: paths.security(), say }
  },
  codes: async (_form, { api, context }) => {
    const { recoveryCodes } = await api.auth.newRecoveryCodes({})
    return { to: paths.recoveryCodes(), cookies: [codesCookie(context, recoveryCodes)] }
  },
  remove: async (_form, { api }) => {
    await api.auth.removeTotp({})
    return { to: paths.security(), say: 'Signing in asks for your password alone again.', tone: 'info' }
  },
  mine: async (form, { api }) => {
    await api.auth.answerNewDevice({ id: form.text('signInId'), mine: true })
    return { to: localPath(form.text('back')), say: 'Good. That device is known now.' }
  },
  foreign: async (form, { api }) => {
    await api.auth.answerNewDevice({ id: form.text('signInId'), mine: false })
    return { to: paths.security(), say: 'That session has ended. Now change your password: someone knows it.', tone: 'bad' }
  },
})

export default function SecurityPage() {
  const { security, sessions, email } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const others = sessions.filter((session) => !session.current).length
  return (
    <>
      <PageHeader title="Security" description="How you sign in, and where you are signed in." />
      <ProfileTabs current="security" />
      <FreshNote>Changes of the second factor</FreshNote>
      <Split
        main={
          <>
            <SecondFactorCard security={security} refused={refused} />
            <Card
              title="Sessions"
              note="Where you are signed in. One you do not know: end it, then change your password."
              actions={
                others > 0 ? (
                  <ActionForm intent="end-others" refused={refused}>
                    <FormProblem className="mb-2" />
                    <Submit tone="secondary" small busy="Ending…">
                      End all others
                    </Submit>
                  </ActionForm>
                ) : null
              }
            >
              <SessionList sessions={sessions} intent="end" refused={refused} />
            </Card>
          </>
        }
        side={<PasswordCard email={email} refused={refused} />}
      />
    </>
  )
}
