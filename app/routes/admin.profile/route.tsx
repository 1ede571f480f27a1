import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ProfileTabs } from '../../features/profile-tabs.tsx'
import { paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { buttonClass, TextLink } from '../../ui/button.tsx'
import { Card, KeyValues } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Profile · Virel' }]
export const handle = { crumbs: () => [{ label: 'Profile' }] }

export const loader = screen(async ({ api }) => {
  const [me, security] = await Promise.all([api.auth.me({}), api.auth.security({})])
  return { me, security }
})

export default function Profile() {
  const { me, security } = useLoaderData<typeof loader>()
  const secured = security.totpSince !== null || security.hasPasskey
  return (
    <>
      <PageHeader title="Profile" />
      <ProfileTabs current="profile" />
      <div className="max-w-2xl">
        <Card title="You" note="Your name and roles are changed by who manages users.">
          <KeyValues
            items={[
              ['Name', me.name],
              ['Email', me.email ?? '–'],
              ['Roles', me.roles.map(words).join(', ').toLowerCase()],
              [
                'Sign-in',
                <span key="sign-in">
                  {secured ? 'With a second factor' : 'By password alone'} ·{' '}
                  <TextLink to={paths.security()}>{secured ? 'Security' : 'Add a second factor'}</TextLink>
                </span>,
              ],
            ]}
          />
          <a href={paths.ownExport()} className={buttonClass({ small: true }, 'mt-4')}>
            Download what is kept about you
          </a>
        </Card>
      </div>
    </>
  )
}
