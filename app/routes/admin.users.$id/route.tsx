import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { refOf } from '../../features/handle.ts'
import { historyOf } from '../../features/history.server.ts'
import { History } from '../../features/history.tsx'
import { RoleChoice } from '../../features/role-choice.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { userAccess, userAccessActions } from '../../features/user-access.server.ts'
import { UserAccess } from '../../features/user-access.tsx'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, KeyValues, Split } from '../../ui/card.tsx'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ConfirmDialog } from '../../ui/step.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.user.name ?? 'User'} · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [{ label: 'Users', to: paths.users.list() }, { label: refOf(data, 'user') }],
}

export const loader = screen(async ({ api, params, may, user: me }) => {
  const id = idParam(params)
  const [user, roles, history, access] = await Promise.all([
    api.users.get({ id }),
    api.users.roles({}),
    historyOf(api, may, 'user', id),
    userAccess({ api, may }, id),
  ])
  return {
    user,
    roles: roles.items,
    history,
    access,
    self: me?.id === user.id,
    mayWrite: may('users.write'),
    mayGrant: may('users.grant'),
    mayPreview: may('users.grant_any'),
  }
})

export const action = actions({
  ...userAccessActions,
  name: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const user = await api.users.update({ id: idParam(params), version, name: form.text('name') })
    return { to: paths.users.detail(user.id), say: `Saved: ${user.name}.` }
  },
  roles: async (form, { api, params }) => {
    const version = form.version()
    form.check()
    const user = await api.users.setRoles({ id: idParam(params), version, roles: form.list('roles') })
    return {
      to: paths.users.detail(user.id),
      say: `Roles of ${user.name} changed. Their sessions end, so that it counts at once.`,
    }
  },
  disable: async (form, { api, params }) => {
    const disabled = form.text('disabled') === 'yes'
    const user = await api.users.update({ id: idParam(params), disabled })
    return {
      to: paths.users.detail(user.id),
      say: disabled ? `${user.name} can no longer sign in.` : `${user.name} can sign in again.`,
    }
  },
  reset: async (_form, { api, params, may }) => {
    const id = idParam(params)
    await api.passwordResets.send({ id })
    const where = may('messages.read') ? 'The link is in the outbox' : 'The owner finds the link in the outbox'
    return { to: paths.users.detail(id), say: `${where}; it works once, for an hour.` }
  },
  password: async (form, { api, params }) => {
    const user = await api.users.update({ id: idParam(params), password: form.text('password') })
    return { to: paths.users.detail(user.id), say: `The password of ${user.name} was set.` }
  },
})

export default function UserPage() {
  const { user, roles, history, access, self, mayWrite, mayGrant, mayPreview } = useLoaderData<typeof loader>()
  const refused = useRefused()
  return (
    <>
      <PageHeader
        title={user.name}
        badges={<StatusBadge tone={user.disabled ? 'neutral' : 'good'} label={user.disabled ? 'Disabled' : 'Active'} />}
        description={user.email ?? undefined}
        actions={mayPreview ? <LinkButton to={paths.accessPreview({ userId: user.id })}>What they see</LinkButton> : null}
      />
      <Split
        main={
          <>
            <Card title="Roles">
              {mayGrant ? (
                <ActionForm intent="roles" refused={refused} editing={user.version} className="flex flex-col gap-3">
                  <FormProblem own={['roles']} />
                  <RoleChoice roles={roles} chosen={user.roles} />
                  <Submit className="self-start">Save roles</Submit>
                </ActionForm>
              ) : (
                <p className="text-sm">
                  {user.roles.map((code) => roles.find((role) => role.code === code)?.name ?? code).join(', ') || 'None'}
                </p>
              )}
            </Card>
            {access ? (
              <UserAccess
                userId={user.id}
                name={user.name}
                self={self}
                hasFactor={user.secondFactor}
                sessions={access}
                refused={refused}
              />
            ) : null}
            {history ? <History {...history} /> : null}
          </>
        }
        side={
          <>
            <Card title="Account">
              <KeyValues
                items={[
                  ['Email', user.email ?? '–'],
                  ['Since', <TimeText key="since" at={user.createdAt} form="date" />],
                  ['Second factor', user.secondFactor ? 'On' : 'Off'],
                  ['Last signed in', user.lastSignInAt ? <TimeText key="seen" at={user.lastSignInAt} /> : 'Never'],
                ]}
              />
              {mayWrite ? (
                <ActionForm intent="name" refused={refused} editing={user.version} className="mt-3 flex flex-col gap-2">
                  <FormProblem own={['name']} />
                  <Field name="name" label="Name" required>
                    <Input maxLength={120} defaultValue={user.name} />
                  </Field>
                  <Submit tone="secondary" className="self-start">
                    Save the name
                  </Submit>
                </ActionForm>
              ) : null}
            </Card>
            {mayWrite ? (
              <Card title="Access">
                <div className="flex flex-col gap-3">
                  <ActionForm intent="password" refused={refused} className="flex flex-col gap-2">
                    <FormProblem own={['password']} />
                    <Field name="password" label="New password" required hint="At least 12 characters. Their sessions end.">
                      <Input type="password" autoComplete="new-password" />
                    </Field>
                    <Submit tone="secondary" className="self-start">
                      Set the password
                    </Submit>
                  </ActionForm>
                  {user.disabled ? null : (
                    <ActionForm intent="reset" refused={refused}>
                      <FormProblem className="mb-2" />
                      <Submit tone="secondary" busy="Sending…">
                        Send a link to a new password
                      </Submit>
                    </ActionForm>
                  )}
                  {user.disabled ? (
                    <ActionForm intent="disable" refused={refused} carry={{ disabled: 'no' }}>
                      <FormProblem className="mb-2" />
                      <Submit tone="secondary">Let them sign in again</Submit>
                    </ActionForm>
                  ) : self ? null : (
                    <ConfirmDialog
                      label="Disable this user"
                      question={`${user.name} is signed out everywhere and can not sign in until enabled again.`}
                      open={refused?.intent === 'disable'}
                    >
                      <ActionForm intent="disable" refused={refused} carry={{ disabled: 'yes' }}>
                        <FormProblem className="mb-2" />
                        <Submit tone="danger">Yes, disable</Submit>
                      </ActionForm>
                    </ConfirmDialog>
                  )}
                </div>
              </Card>
            ) : null}
          </>
        }
      />
    </>
  )
}
