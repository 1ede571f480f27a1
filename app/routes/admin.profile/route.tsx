import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { TimeText } from '../../ui/time.tsx'

export const meta: MetaFunction = () => [{ title: 'Profile · Virel' }]
export const handle = { crumbs: () => [{ label: 'Profile' }] }

export const loader = screen(async ({ api }) => {
  const [me, sessions] = await Promise.all([api.auth.me({}), api.auth.sessions({})])
  return { me, sessions: sessions.items }
})

export const action = actions({
  password: async (form, { api }) => {
    if (form.text('newPassword') !== form.text('repeatPassword')) form.refuse('repeatPassword', 'The two are not the same.')
    form.check()
    await api.auth.changePassword({ currentPassword: form.text('currentPassword'), newPassword: form.text('newPassword') })
    return { to: paths.profile(), say: 'Your password was changed. Your other sessions have ended.' }
  },
  end: async (form, { api }) => {
    await api.auth.endSession({ id: form.text('id') })
    return { to: paths.profile(), say: 'That session has ended.' }
  },
})

export default function Profile() {
  const { me, sessions } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <>
      <PageHeader title="Profile" />
      <Split
        main={
          <Card title="Sessions" note="Where you are signed in.">
            <ul className="flex flex-col divide-y divide-line">
              {sessions.map((session) => (
                <li
                  key={session.id}
                  className="flex flex-wrap items-center justify-between gap-2 py-2 text-sm first:pt-0 last:pb-0"
                >
                  <div className="min-w-0">
                    <p className="flex items-center gap-2 font-medium">
                      <span className="max-w-md truncate">{browserOf(session.agent)}</span>
                      {session.current ? <Badge tone="good">This one</Badge> : null}
                    </p>
                    <p className="text-xs text-muted">
                      {session.ip ?? 'Address not known'} · since <TimeText at={session.createdAt} /> · last seen{' '}
                      <TimeText at={session.lastSeenAt} />
                    </p>
                  </div>
                  {session.current ? null : (
                    <ActionForm
                      intent="end"
                      refused={refused}
                      carry={{ id: session.id }}
                      only={{ name: 'id', value: session.id }}
                    >
                      <FormProblem className="mb-2" />
                      <Submit tone="secondary" small busy="Ending…">
                        End it
                      </Submit>
                    </ActionForm>
                  )}
                </li>
              ))}
            </ul>
          </Card>
        }
        side={
          <>
            <Card title="You">
              <KeyValues
                items={[
                  ['Name', me.name],
                  ['Email', me.email ?? '–'],
                  ['Roles', me.roles.map(words).join(', ').toLowerCase()],
                ]}
              />
            </Card>
            <Card title="Password">
              <ActionForm intent="password" refused={refused} className="flex flex-col gap-3">
                <FormProblem own={['currentPassword', 'newPassword', 'repeatPassword']} />
                <input type="hidden" name="username" autoComplete="username" value={me.email ?? ''} readOnly />
                <Field name="currentPassword" label="Current password" required>
                  <Input type="password" autoComplete="current-password" />
                </Field>
                <Field name="newPassword" label="New password" required hint="At least 12 characters, and not a common one.">
                  <Input type="password" autoComplete="new-password" />
                </Field>
                <Field name="repeatPassword" label="New password again" required>
                  <Input type="password" autoComplete="new-password" />
                </Field>
                <Submit className="self-start">Change the password</Submit>
              </ActionForm>
            </Card>
          </>
        }
      />
    </>
  )
}

const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const
const SYSTEMS = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const

function browserOf(agent: string | null): string {
  if (!agent) return 'Unknown browser'
  const browser = BROWSERS.find(([pattern]) => pattern.test(agent))?.[1]
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  return browser ? (system ? `${browser} on ${system}` : browser) : agent
}
